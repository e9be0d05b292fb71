/** The `outdial` command as a process of its own: it starts, says when it is up, and stops without leaving anything. */
import assert from 'node:assert/strict';
import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';

const command = fileURLToPath(new URL('../../src/cli/outdial.js', import.meta.url));

class Run {
  readonly child: ChildProcessWithoutNullStreams;
  output = '';
  #onOutput: () => void = () => undefined;
  readonly exited: Promise<number | null>;

  constructor(argument: string, folder: string, environment: Readonly<Record<string, string>> = {}) {
    this.child = spawn(process.execPath, [command, argument], {
      cwd: folder,
      env: { PATH: process.env['PATH'] ?? '', ...environment },
    });
    for (const stream of [this.child.stdout, this.child.stderr]) {
      stream.setEncoding('utf8').on('data', (chunk: string) => {
        this.output += chunk;
        this.#onOutput();
      });
    }
    this.exited = once(this.child, 'exit').then(([code]) => code as number | null);
  }

  /** Resolves when the output matches; fails when the process ends before. */
  async says(pattern: RegExp): Promise<void> {
    const seen = new Promise<void>((resolve) => {
      this.#onOutput = () => {
        if (pattern.test(this.output)) resolve();
      };
      this.#onOutput();
    });
    await Promise.race([
      seen,
      this.exited.then((code) =>
        assert.fail(`ended with ${String(code)} before it said ${pattern.source}: ${this.output}`),
      ),
    ]);
  }
}

describe('the outdial command', () => {
  let folder: string;
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'outdial-command-'));
  });
  after(async () => {
    await rm(folder, { recursive: true, force: true });
  });

  it('serve with bad settings says all of them with their fix, and ends with 2', async () => {
    const run = new Run('serve', folder, { HTTP_PORT: 'eighty', OUTDIAL_RING_TIMOUT: '3' });
    assert.equal(await run.exited, 2);
    assert.match(run.output, /HTTP_PORT=.*eighty/);
    assert.match(run.output, /OUTDIAL_RING_TIMOUT.*Did you mean OUTDIAL_RING_TIMEOUT\?/);
  });

  it('serve with a port that is taken says which, and ends with 1', async () => {
    const first = new Run('serve', folder, { HTTP_PORT: '0', SIP_PORT: '0' });
    await first.says(/outdial is ready/);
    const port = /"http":"http:\/\/127\.0\.0\.1:(\d+)"/.exec(first.output)?.[1];
    assert.ok(port !== undefined);
    const second = new Run('serve', folder, {
      HTTP_PORT: port,
      SIP_PORT: '0',
      OUTDIAL_DATA_DIR: join(folder, 'second'),
    });
    assert.equal(await second.exited, 1);
    assert.match(second.output, new RegExp(`HTTP cannot listen on 127\\.0\\.0\\.1:${port} \\(HTTP_HOST, HTTP_PORT\\)`));

    const live = await fetch(`http://127.0.0.1:${port}/livez`);
    const ready = await fetch(`http://127.0.0.1:${port}/readyz`);
    assert.deepEqual([live.status, ready.status], [200, 200]);
    first.child.kill('SIGTERM');
    assert.equal(await first.exited, 0);
    assert.match(first.output, /"msg":"stopped"/);
  });

  it('serve reads the tenant file again on SIGHUP; a bad one changes nothing and says where', async () => {
    const file = join(folder, 'tenants.json');
    const entry = (name: string): string => `{ "tenantURI": "${name}", "enableOutboundCalls": true }`;
    await writeFile(file, `{ "tenants": [${entry('first')}] }`);
    const run = new Run('serve', folder, { HTTP_PORT: '0', SIP_PORT: '0', MULTI_TENANT_CONFIG_FILE: file });
    await run.says(/outdial is ready/);
    const base = /"http":"(http:[^"]+)"/.exec(run.output)?.[1] ?? '';
    const statusOf = async (name: string): Promise<number> => {
      const url = `${base}/vgw/outboundCalls/${name}/startOutboundCall`;
      return (await fetch(url, { method: 'POST', headers: { 'content-type': 'application/json' }, body: '{}' })).status;
    };
    assert.deepEqual([await statusOf('first'), await statusOf('second')], [400, 404]);
    await writeFile(file, `{ "tenants": [\n${entry('second')},\n{ "tenantURL": "third" }] }`);
    run.child.kill('SIGHUP');
    await run.says(/config\.refused/);
    assert.match(run.output, /tenants\.json:3/);
    assert.deepEqual([await statusOf('first'), await statusOf('second')], [400, 404]);
    await writeFile(file, `{ "tenants": [${entry('second')}] }`);
    run.child.kill('SIGHUP');
    await run.says(/config\.reloaded/);
    assert.deepEqual([await statusOf('first'), await statusOf('second')], [404, 400]);
    run.child.kill('SIGTERM');
    assert.equal(await run.exited, 0);
  });

  it('demo stops at once on Ctrl-C in the middle of the call', async () => {
    const run = new Run('demo', folder);
    await run.says(/ active /);
    run.child.kill('SIGINT');
    assert.equal(await run.exited, 130);
    // Its call was ended as well, not only left alone.
    assert.match(run.output, /call +failed/);
  });
});
