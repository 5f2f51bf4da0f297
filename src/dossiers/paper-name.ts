import { words } from '../kit/words.ts';
import { endingOf, type PaperMedia } from './paper-content.ts';
import { paperProblem, type PaperProblem } from './paper-problem.ts';

/** A name may be this long, bytes of UTF-8: what file systems take, where somebody will save it. */
const LONGEST_NAME = 255;

/** What a paper is called that nobody named. */
const NAMELESS = 'giay-to';

/** Slashes of every kind, the colon of drives and streams, and what cannot be seen or turns the reading direction. */
const UNFIT = /[/\\:*?"<>|\u0000-\u001f\u007f-\u009f\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff\ufffd]/u;

/**
 * What is wrong with a stated name. One that is a path is refused, not shortened: who sends `../../x` is mistaken or up to
 * something, and should hear so. The hub itself never opens a file by this name.
 */
export function findNameProblem(name: string): PaperProblem | undefined {
  const isLong = Buffer.byteLength(name, 'utf8') > LONGEST_NAME;
  if (!isLong && name.trim() !== '' && !UNFIT.test(name) && !/^\.+$/.test(name.trim())) return undefined;
  return paperProblem(
    'PAPER_NAME_NOT_ALLOWED',
    isLong ? words('Tên tệp quá dài.', 'The name is too long.') : words('Tên tệp chứa đường dẫn hoặc ký tự không được phép.', 'The name is a path, or has characters in it that names do not have.'),
    words(`tên tệp không có đường dẫn, nhiều nhất ${LONGEST_NAME} byte, ví dụ giay-chung-sinh.pdf`, `a plain file name of at most ${LONGEST_NAME} bytes, such as giay-chung-sinh.pdf`),
  );
}

/** The name under which the paper is kept: as stated, in NFC, with an ending that fits what it is. */
export function nameOf(stated: string | undefined, media: PaperMedia): string {
  const name = (stated ?? NAMELESS).normalize('NFC').trim();
  const fits = media === 'image/jpeg' ? /\.jpe?g$/i : new RegExp(`\\.${endingOf(media)}$`, 'i');
  return fits.test(name) ? name : `${name}.${endingOf(media)}`;
}
