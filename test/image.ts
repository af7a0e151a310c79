// An ext4 file system of a test's own, in an image file: to be filled, cut off, and read raw.
import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Why there can be none here; false when there can. */
export function noImage(): string | false {
  if (process.getuid?.() !== 0) return 'mounting needs root';
  if (!existsSync('/sbin/mkfs.ext4')) return 'Debian package e2fsprogs is not installed';
  if (spawnSync('losetup', ['-f']).status !== 0) return 'this machine gives no loop devices';
  return false;
}

export type Image = { readonly file: string; readonly disk: string; readonly unmount: () => void; readonly remove: () => void };

export function mountImage(mebibytes: number): Image {
  const work = mkdtempSync(join(tmpdir(), 'sesame-image-'));
  const [file, disk] = [join(work, 'disk.img'), join(work, 'disk')];
  mkdirSync(disk);
  execFileSync('truncate', ['-s', `${mebibytes}M`, file]);
  execFileSync('mkfs.ext4', ['-q', '-F', '-m', '0', file]);
  execFileSync('mount', ['-o', 'loop', file, disk]);
  const unmount = (): void => void spawnSync('umount', [disk], { stdio: 'ignore' });
  process.once('exit', unmount);
  return {
    file,
    disk,
    unmount,
    remove: () => {
      process.off('exit', unmount);
      unmount();
      rmSync(work, { recursive: true });
    },
  };
}
