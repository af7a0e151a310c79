// File names that are refused or doubted: the list that Amazon SES and Tencent Cloud SES publish, kinds that attacks came in since, and
// names made to deceive the eye.
import type { Rule } from './forms.ts';

const REFUSED = new Set(
  (
    'ade adp app asp bas bat cer chm cmd com cpl crt csh der exe fxp gadget hlp hta inf ins isp its js jse ksh lib lnk mad maf mag mam ' +
    'maq mar mas mat mau mav maw mda mdb mde mdt mdw mdz msc msh msh1 msh1xml msh2 msh2xml mshxml msi msp mst ops pcd pif plg prf prg ' +
    'ps1 ps1xml ps2 ps2xml psc1 psc2 reg scf scr sct shb shs sys tmp url vb vbe vbs vps vsmacros vss vst vsw vxd ws wsc wsf wsh xnk'
  ).split(' '),
);
/** Not on that list, and run or mounted by a double click all the same. */
const RISKY = new Set(
  (
    'ace apk appinstaller application appref-ms appx desktop dll dmg img iqy iso jar jnlp library-ms msix pkg ppam pyc pyz pyzw rdp ' +
    'search-ms searchconnector-ms settingcontent-ms slk theme themepack udl vhd vhdx website wim wll xbap xla xlam xll'
  ).split(' '),
);
/** What a document calls itself: in front of a program's ending it deceives. */
const DOCUMENT =
  /\.(?:pdf|docx?|xlsx?|pptx?|rtf|txt|csv|jpe?g|png|gif|bmp|zip|html?|mp[34]|odt|ods)[\s._\u00a0\u2000-\u200f\u2800\u3000-]*$/i;

/** Bidirectional controls turn the end of a name around: `invoice\u202efdp.exe` is shown as `invoiceexe.pdf`. */
const TURNED = /[\u202a-\u202e\u2066-\u2069]/;
/** A run of blanks pushes the real ending out of sight. */
const SPACED = /[\s\u00a0\u2000-\u200b\u2800\u3000]{5,}\.[^.\s]{1,12}$/;

/** Every rule that the name meets. Trailing dots and blanks are not part of a name to the systems that open it. */
export function nameRules(name: string): readonly Rule[] {
  const rules: Rule[] = [];
  const refuse = (rule: string): void => void rules.push({ class: 'refused_type', name: rule });
  const doubt = (rule: string): void => void rules.push({ class: 'heuristic', name: rule });
  if (TURNED.test(name)) refuse('name_turned_around');
  const { front, extension } = split(name);
  if (REFUSED.has(extension)) refuse(`refused_type.${extension}`);
  else if (RISKY.has(extension)) doubt(`risky_type.${extension}`);
  if (rules.length > 0 && DOCUMENT.test(front)) refuse('double_extension');
  if (SPACED.test(name)) (rules.length > 0 ? refuse : doubt)('spaced_extension');
  return rules;
}

function split(name: string): { readonly front: string; readonly extension: string } {
  const base = name
    .slice(Math.max(name.lastIndexOf('/'), name.lastIndexOf('\\')) + 1)
    .slice(-512)
    .replace(/\0.*$/s, '')
    .replace(/[\s.\u200b-\u200f\ufeff]+$/, '')
    .replace(/::?\$DATA$/i, '');
  const dot = base.lastIndexOf('.');
  return dot < 0
    ? { front: base, extension: '' }
    : {
        front: base.slice(0, dot),
        extension: base
          .slice(dot + 1)
          .trim()
          .toLowerCase(),
      };
}
