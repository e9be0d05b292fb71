const mostHeaders = 16;

/** The names of headers that a setting lists for the bot: `X-Queue, X-Caller`. */
export function headerNames(list = ''): readonly string[] {
  const names = list.split(',').map((name) => name.trim());
  return names.filter((name) => name !== '').slice(0, mostHeaders);
}
