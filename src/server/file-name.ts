/** `filename*` with its character set and percent-encoded value (RFC 8187), and `filename` as token or quoted string (RFC 6266). */
const EXTENDED = /;\s*filename\*\s*=\s*(utf-8|iso-8859-1)'[^']*'([^;\s]*)/i;
const PLAIN = /;\s*filename\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^;\s]*))/i;

/** The file name that `Content-Disposition` states, or nothing. What cannot be decoded stays as it is and is judged as a name. */
export function findFileName(disposition: string | undefined): string | undefined {
  if (disposition === undefined) return undefined;
  const header = `;${disposition}`; // the type before the first semicolon may be missing
  const [, charset, extended] = EXTENDED.exec(header) ?? [];
  if (extended !== undefined) return decodePercent(extended, charset?.toLowerCase() === 'utf-8' ? 'utf8' : 'latin1');
  const [, quoted, token] = PLAIN.exec(header) ?? [];
  const plain = quoted?.replace(/\\(["\\])/g, '$1') ?? token;
  return plain === undefined ? undefined : readUtf8(plain);
}

function decodePercent(text: string, charset: 'utf8' | 'latin1'): string {
  const bytes = text.replace(/%([0-9a-f]{2})/gi, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
  return charset === 'utf8' ? readUtf8(bytes) : bytes;
}

/** Node gives header bytes one character each; senders write UTF-8. */
function readUtf8(bytes: string): string {
  return /^[\u0000-\u00ff]*$/.test(bytes) ? Buffer.from(bytes, 'latin1').toString('utf8') : bytes;
}
