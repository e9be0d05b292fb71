/** A PostgreSQL of one's own: a new cluster in a temporary folder, on loopback only, with fsync as in production. */
import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { chownSync, existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client } from 'pg';
import { freePort } from '../../src/host/loopback-server.fixture.ts';

export interface TestPostgresql {
  /** URL of a new, empty database. */
  newDatabase(): Promise<string>;
  /** `stop` is a fast shutdown, as of a service that is restarted; `kill` ends it at once, without a checkpoint. */
  stop(): Promise<void>;
  kill(): Promise<void>;
  start(): Promise<void>;
  /** Ends the server and deletes its folder. */
  dispose(): Promise<void>;
}

const root = '/usr/lib/postgresql';

/** The newest installed server; Debian keeps them apart by version. */
function findPrograms(): string {
  const versions = existsSync(root) ? readdirSync(root).sort((one, other) => Number(other) - Number(one)) : [];
  const found = versions.map((version) => join(root, version, 'bin')).find((bin) => existsSync(join(bin, 'initdb')));
  if (found === undefined) {
    throw new Error('There is no PostgreSQL to test with. Install the Debian package "postgresql".');
  }
  return found;
}

/** The server refuses to run as root: there it runs as the user that the Debian package makes. */
function serverUser(): { readonly uid?: number; readonly gid?: number } {
  if (process.getuid?.() !== 0) return {};
  const id = (flag: string): number => Number(execFileSync('id', [flag, 'postgres'], { encoding: 'utf8' }));
  return { uid: id('-u'), gid: id('-g') };
}

export async function startPostgresql(): Promise<TestPostgresql> {
  const bin = findPrograms();
  const user = serverUser();
  const folder = mkdtempSync(join(tmpdir(), 'outdial-postgresql-'));
  if (user.uid !== undefined && user.gid !== undefined) chownSync(folder, user.uid, user.gid);
  const data = join(folder, 'data');
  execFileSync(join(bin, 'initdb'), ['-D', data, '-U', 'outdial', '-A', 'trust', '-E', 'UTF8', '--locale=C.UTF-8'], {
    ...user,
    cwd: folder,
    stdio: 'pipe',
  });
  const port = await freePort();
  const urlOf = (database: string): string => `postgresql://outdial@127.0.0.1:${port}/${database}`;
  let server: ChildProcess | undefined;

  async function start(): Promise<void> {
    const args = ['-D', data, '-p', String(port), '-h', '127.0.0.1', '-k', folder];
    server = spawn(join(bin, 'postgres'), args, { ...user, cwd: folder, stdio: 'ignore' });
    for (let attempt = 0; ; attempt++) {
      const client = new Client({ connectionString: urlOf('postgres') });
      client.on('error', () => undefined);
      try {
        await client.connect();
        await client.end();
        return;
      } catch (error) {
        if (attempt === 300) throw error;
        await new Promise((resolve) => setTimeout(resolve, 50));
      }
    }
  }

  async function end(signal: 'SIGINT' | 'SIGQUIT' | 'SIGKILL'): Promise<void> {
    const running = server;
    server = undefined;
    if (running === undefined || running.exitCode !== null) return;
    const exited = new Promise((resolve) => running.once('exit', resolve));
    running.kill(signal);
    await exited;
  }

  await start();
  return {
    newDatabase: async () => {
      const name = `test_${randomBytes(8).toString('hex')}`;
      const client = new Client({ connectionString: urlOf('postgres') });
      await client.connect();
      await client.query(`create database ${name}`);
      await client.end();
      return urlOf(name);
    },
    stop: () => end('SIGINT'),
    // Its children notice and end by themselves, as after a crash.
    kill: () => end('SIGQUIT'),
    start,
    dispose: async () => {
      await end('SIGQUIT');
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
