/** Numbers and names as people read them. */
/** "19.4 MB": decimal units, three figures. */
export function bytesWords(bytes: number): string {
  const units = ['B', 'kB', 'MB', 'GB', 'TB'];
  let value = bytes;
  let unit = 0;
  while (value >= 1000 && unit < units.length - 1) {
    value /= 1000;
    unit++;
  }
  return `${unit === 0 ? value : value.toPrecision(value >= 100 ? 3 : 3).replace(/\.0+$/, '')} ${units[unit]}`;
}

export function secondsWords(seconds: number): string {
  if (seconds < 0.1) return 'under 0.1 s';
  if (seconds < 90) return `${seconds < 10 ? seconds.toFixed(1) : Math.round(seconds)} s`;
  return `${Math.round(seconds / 60)} min`;
}

/** Made once: a locale looked up for each number took longer than drawing it. */
const counts = new Intl.NumberFormat('en');

export function countWords(count: number): string {
  return counts.format(count);
}

/** "1 layer", "12 layers". */
export function plural(count: number, one: string, many = `${one}s`): string {
  return `${countWords(count)} ${count === 1 ? one : many}`;
}

/** "21 Nov 2026 11:41", in the reader's time zone. */
export function dateWords(timestamp: string): string {
  const date = new Date(timestamp);
  const day = date.toLocaleDateString('en-GB', { day: 'numeric', month: 'short', year: 'numeric' });
  const time = date.toLocaleTimeString('en-GB', { hour: '2-digit', minute: '2-digit' });
  return `${day} ${time}`;
}

/** A long name with its middle left out: beginnings are often alike, ends tell layers apart. */
export function shortWords(text: string, most: number): string {
  const letters = [...text];
  if (letters.length <= most) return text;
  const head = Math.ceil((most - 1) / 2);
  return `${letters.slice(0, head).join('')}…${letters.slice(letters.length - (most - 1 - head)).join('')}`;
}

/** "0, 2–5 and 9", "4 and 5": indices as a reader lists them. */
export function listWords(indices: readonly number[]): string {
  const runs: string[] = [];
  for (let i = 0; i < indices.length; i++) {
    const from = indices[i];
    while (indices[i + 1] === indices[i] + 1) i++;
    if (indices[i] > from + 1) runs.push(`${from}–${indices[i]}`);
    else for (let one = from; one <= indices[i]; one++) runs.push(String(one));
  }
  return runs.length < 2 ? (runs[0] ?? '') : `${runs.slice(0, -1).join(', ')} and ${runs.at(-1)}`;
}
