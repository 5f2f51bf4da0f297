/** How often a line is written where nobody watches, milliseconds. */
const LINE_MS = 5_000;

/** Shows what goes on, on standard error: one line that rewrites itself at a terminal, a line now and then in a log. */
export function openProgress(): { readonly say: (text: string) => void; readonly end: () => void } {
  const begun = performance.now();
  let last = Number.NEGATIVE_INFINITY;
  const seconds = () => `${Math.round((performance.now() - begun) / 1_000)} s`.padStart(6);
  return {
    say(text) {
      if (process.stderr.isTTY) return void process.stderr.write(`\r\u001b[K${seconds()}  ${text}`);
      if (performance.now() - last < LINE_MS) return;
      last = performance.now();
      process.stderr.write(`${seconds()}  ${text}\n`);
    },
    end() {
      if (process.stderr.isTTY) process.stderr.write('\r\u001b[K');
    },
  };
}
