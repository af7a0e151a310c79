// File types that are refused by name: the list that Amazon SES and Tencent Cloud SES publish, and names made to deceive.
const REFUSED = new Set(
  (
    'ade adp app asp bas bat cer chm cmd com cpl crt csh der exe fxp gadget hlp hta inf ins isp its js jse ksh lib lnk mad maf mag mam ' +
    'maq mar mas mat mau mav maw mda mdb mde mdt mdw mdz msc msh msh1 msh1xml msh2 msh2xml mshxml msi msp mst ops pcd pif plg prf prg ' +
    'ps1 ps1xml ps2 ps2xml psc1 psc2 reg scf scr sct shb shs sys tmp url vb vbe vbs vps vsmacros vss vst vsw vxd ws wsc wsf wsh xnk'
  ).split(' '),
);

/** Bidirectional controls turn the end of a name around: `invoice\u202efdp.exe` is shown as `invoiceexe.pdf`. */
const TURNED = /[\u202a-\u202e\u2066-\u2069\u200e\u200f]/;

/** The rule that refuses a name, or null. Trailing dots and blanks are not part of a name to the systems that open it. */
export function refusedName(name: string): string | null {
  if (TURNED.test(name)) return 'name_turned_around';
  const base = name
    .slice(Math.max(name.lastIndexOf('/'), name.lastIndexOf('\\')) + 1)
    .replace(/[\s.\0]+$/, '')
    .replace(/::?\$DATA$/i, '');
  const extension = /\.([^.]*)$/.exec(base)?.[1]?.trim().toLowerCase() ?? '';
  return REFUSED.has(extension) ? `refused_type.${extension}` : null;
}
