import { words } from '../kit/words.ts';
import { paperProblem, type PaperProblem } from '../dossiers/paper-problem.ts';

/** One member of the field's dictionary: an algorithm and a byte sequence (RFC 9530, RFC 8941 §3.3.5). */
const MEMBER = /^([a-z*][a-z0-9_.*-]*)=:([A-Za-z0-9+/]*={0,2}):$/;

const RIGHT = words('Content-Digest: sha-256=:<base64>: (RFC 9530)', 'Content-Digest: sha-256=:<base64>: (RFC 9530)');

/**
 * Reads the SHA-256, in hexadecimal, out of `Content-Digest` or `Repr-Digest`. Other algorithms are left aside, as the RFC
 * allows; a field that cannot be read is a problem, because its sender wanted something to be checked.
 */
export function readDigest(field: string | undefined): string | undefined | PaperProblem {
  if (field === undefined) return undefined;
  const members = field.split(',').map((member) => MEMBER.exec(member.trim().split(';')[0] ?? ''));
  const digest = members.find((member) => member?.[1] === 'sha-256')?.[2];
  const hex = digest === undefined ? undefined : Buffer.from(digest, 'base64').toString('hex');
  if (members.includes(null) || (hex !== undefined && hex.length !== 64)) return paperProblem('DIGEST_MALFORMED', words('Mã kiểm tra không đúng dạng.', 'The digest is malformed.'), RIGHT);
  return hex;
}

/** The problem of a body that is not what its digest says. */
export function contradictingDigest(): PaperProblem {
  return paperProblem('DIGEST_CONTRADICTS', words('Nội dung nhận được không khớp mã kiểm tra; có thể đã hỏng trên đường truyền.', 'What arrived does not fit the digest; it may have been damaged on the way.'), words('gửi lại, với SHA-256 của đúng nội dung gửi', 'send it again, with the SHA-256 of exactly what is sent'));
}
