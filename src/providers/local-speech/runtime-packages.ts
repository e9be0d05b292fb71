/** The inference runtime as it is packed: a package for each platform, with the version of the runtime inside. */
export const runtimePlatforms = ['linux-x64', 'linux-arm64', 'darwin-arm64', 'win32-x64', 'win32-arm64'] as const;

/** `platform`: Node's names of system and processor with a hyphen between. */
export function runtimePackage(platform: string): string {
  return `@outdial/runtime-${platform}`;
}
