/** Characters that a quoted string may not carry, and those that would make a path or a device of a name (RFC 6266 §4.3). */
const UNSAFE = /[^\x20-\x7e]|["\\/%:*?<>|]/g;

/**
 * `Content-Disposition` of a download: the name without diacritics for old clients, and as it is for all others (RFC 6266
 * with the encoding of RFC 8187). Always an attachment: a browser must not run in our name what somebody uploaded.
 */
export function attachment(fileName: string): string {
  const plain = fileName.normalize('NFD').replace(/\p{M}/gu, '').replace(/đ/g, 'd').replace(/Đ/g, 'D').replace(UNSAFE, '_');
  const full = encodeURIComponent(fileName.normalize('NFC').replace(/[/\\\p{Cc}]/gu, '_')).replace(/['()*]/g, (sign) => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`);
  return `attachment; filename="${plain}"; filename*=UTF-8''${full}`;
}
