// Images of hard disks and packed file systems that are told apart but not opened: a double click mounts some of them.

import { says } from './stored.ts';

export type DiskImage = 'dmg' | 'vhd' | 'vhdx' | 'vmdk' | 'wim' | 'squashfs' | 'qcow2' | 'vdi';

/** UDIF (Apple): a trailer of 512 bytes at the end; older writers put it in front. */
export const isDmg = (bytes: Buffer): boolean => [bytes.length - 512, 0].some(at => says(bytes, 'koly\0\0\0\x04\0\0\x02\0', at));

/** What kind of disk image it is by its content; null: none. */
export function diskImageKind(bytes: Buffer): DiskImage | null {
  if (isDmg(bytes)) return 'dmg';
  // VHD: the footer, of 512 bytes or 511 in old ones, has a copy in front if the disk grows; `cxsparse` belongs to the same.
  if ([0, bytes.length - 512, bytes.length - 511].some(at => says(bytes, 'conectix', at))) return 'vhd';
  if (says(bytes, 'vhdxfile')) return 'vhdx';
  if (says(bytes, 'KDMV') || says(bytes, 'COWD') || says(bytes, '# Disk DescriptorFile')) return 'vmdk';
  if (says(bytes, 'MSWIM\0\0\0') || says(bytes, 'WLPWM\0\0\0')) return 'wim';
  if (['hsqs', 'sqsh', 'qshs', 'shsq'].some(mark => says(bytes, mark)) && bytes.length >= 96) return 'squashfs';
  if (says(bytes, 'QFI\xfb')) return 'qcow2';
  return says(bytes, '\x7f\x10\xda\xbe', 64) ? 'vdi' : null;
}
