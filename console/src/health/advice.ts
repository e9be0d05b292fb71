/** What to do about what the gateway says of itself. */

const advice: readonly (readonly [about: RegExp, what: string])[] = [
  [/shutting down/, 'The gateway is being stopped and takes no new calls. Start it again, or use another one.'],
  [
    /targets? of the trunk/,
    'See below which target it is and what it said last. Ask whoever runs the trunk; calls go to those that answer, if any, meanwhile.',
  ],
  [
    /registrations? (?:is|are) not in force/,
    'See below what the registrar said. Most often user name, password or realm of the trunk are wrong.',
  ],
  [
    /thread/,
    'A thread ended and is started again by itself; calls that it carried have failed. If it goes on, look into the log for the reason.',
  ],
  [/SIP socket/, 'Another program may have the port: see SIP_PORT, and what the log says.'],
  [/store/, 'See whether the database answers and its disk has room. What is told meanwhile waits in memory.'],
  [/data directory/, 'See OUTDIAL_DATA_DIR: the disk may be full, or the folder not writable.'],
  [
    /speech|engine|model/,
    'The engines inside are not ready: they are loading, or their files are missing. `outdial doctor` tells.',
  ],
];

export function adviceFor(sentence: string): string {
  return advice.find(([about]) => about.test(sentence))?.[1] ?? 'The log of the gateway tells more.';
}

/** What the state of a trunk means. */
export const trunkMeanings = {
  up: 'Its targets answer.',
  degraded: 'Some of its targets do not answer; calls go to the others.',
  down: 'None of its targets answers. Calls are tried all the same.',
  unknown: 'Nobody asks its targets: set OUTDIAL_SIP_TRUNK_PING to have them asked by OPTIONS.',
  none: 'There is no trunk: calls go where their URI leads. Set OUTDIAL_SIP_TRUNK to call telephone numbers.',
} as const;
