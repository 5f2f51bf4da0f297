import { statSync } from 'node:fs';

/**
 * Remembers which files a path names now, the database and its log; gives whether it still names the same. A file that was
 * removed or moved away lives on for whoever has it open: SQLite would go on writing into it and call that committed, and
 * with the process all of it would be gone. (https://sqlite.org/howtocorrupt.html, 1.4)
 */
export function rememberFile(path: string): () => boolean {
  const known = identityOf(path);
  return () => identityOf(path) === known;
}

function identityOf(path: string): string {
  return [path, `${path}-wal`]
    .map((file) => statSync(file, { bigint: true, throwIfNoEntry: false }))
    .map((stat) => (stat ? `${stat.dev}:${stat.ino}` : 'gone'))
    .join(' ');
}
