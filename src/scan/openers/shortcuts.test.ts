// Shortcuts, queries and settings that run something, by content; the same forms that only point to a page are not told.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { SOON_MS, spentMs } from '../../../test/processor.ts';
import { shortcutKind } from './shortcuts.ts';

const kind = (text: string | Buffer, name: string | null = null): string | null => shortcutKind(name, Buffer.from(text as string));

for (const [rule, texts] of Object.entries({
  shortcut_lnk: [Buffer.from('4c0000000114020000000000c0000000000000469b000800', 'hex')],
  shortcut_url: [
    '[InternetShortcut]\r\nURL=file://192.0.2.1/a/b.zip\r\n',
    'junk\r\n[internetshortcut]\r\nIDList=\r\nurl = \\\\192.0.2.1\\a\r\n',
    '[InternetShortcut]\r\nURL=https://example.org/\r\nIconFile=\\\\192.0.2.1\\x.ico\r\n',
    '[InternetShortcut]\r\nURL=https://example.org/bill.hta\r\n',
    Buffer.from('\ufeff[InternetShortcut]\r\nURL=file://192.0.2.1/a\r\n', 'utf16le'),
  ],
  shortcut_desktop: ['#!/usr/bin/env xdg-open\n[Desktop Entry]\nType=Application\nName=bill\nExec=sh -c "id"\n'],
  shortcut_scf: ['[Shell]\r\nCommand=2\r\nIconFile=\\\\192.0.2.1\\x.ico\r\n[Taskbar]\r\nCommand=ToggleDesktop\r\n'],
  shortcut_autorun: ['[autorun]\r\nicon=a.ico\r\nopen=a.exe\r\n', '[AutoRun]\r\nshell\\open\\command=a.exe\r\n'],
  setup_inf: ['[version]\r\nsignature=$chicago$\r\n[DefaultInstall_SingleUser]\r\nUnRegisterOCXs=X\r\n'],
  registry_file: [
    'Windows Registry Editor Version 5.00\r\n\r\n[HKEY_CURRENT_USER\\a]\r\n',
    'REGEDIT4\r\n',
    Buffer.from('\ufeffWindows Registry Editor Version 5.00\r\n', 'utf16le'),
  ],
  shortcut_rdp: ['screen mode id:i:2\r\nfull address:s:192.0.2.1\r\n'],
  query_iqy: ['WEB\r\n1\r\nhttps://example.org/a\r\n'],
  query_odbc: ['XLODBC\r\n1\r\nDRIVER=x\r\n'],
  sylk_formula: ['ID;P\nO;E\nNN;NAuto_open;ER101C1\n', 'ID;PWXL;N;E\nC;X1;Y1;K0;EEXEC("calc.exe")\nE\n'],
  dde_formula: ["name,amount\n=cmd|'/c calc'!A0,5\n", '1;"+cmd.exe|\'/c x\'!A1"\n'],
  shortcut_library: ['<?xml version="1.0"?><libraryDescription xmlns="x"><url>\\\\192.0.2.1</url></libraryDescription>'],
  shortcut_search: ['<persistedQuery version="1.0"><query/></persistedQuery>'],
  shortcut_settings: [
    Buffer.from(
      '\ufeff<?xml version="1.0"?><PCSettings><SearchableContent><DeepLink>x</DeepLink></SearchableContent></PCSettings>',
      'utf16le',
    ),
  ],
  shortcut_console: ['<?xml version="1.0"?><MMC_ConsoleFile ConsoleVersion="3.0"/>'],
  shortcut_clickonce: ['<asmv1:assembly xmlns="x"><assemblyIdentity/><deployment install="false"/></asmv1:assembly>'],
  shortcut_appref: [
    Buffer.from(
      '\ufeffhttps://example.org/a.application#a.application, Culture=neutral, PublicKeyToken=0, processorArchitecture=x86',
      'utf16le',
    ),
  ],
  shortcut_inetloc: ['<?xml version="1.0"?><plist version="1.0"><dict><key>URL</key><string>file:///bin/sh</string></dict></plist>'],
}))
  test(`${rule} is told by content`, () => {
    for (const text of texts) assert.equal(kind(text), rule, String(text).slice(0, 50));
  });

test('what only points to a page, or talks about such files, is not told', () => {
  for (const text of [
    '[InternetShortcut]\r\nURL=https://example.org/\r\nIconIndex=0\r\n',
    '[Desktop Entry]\nType=Link\nURL=https://example.org/\n',
    '[autorun]\r\nicon=a.ico\r\nlabel=Photos\r\n',
    '[Settings]\nopen=1\n[Shell]\ncolor=red\n',
    'ID;PWXL;N;E\nC;X1;Y1;K5\nC;X1;Y2;K7;ESUM(R1C1:R1C1)\nE\n',
    'name,amount\n=SUM(A1:A9),5\n-5,+6\n"a|b",c\n',
    'To make a link you write a file that begins so.\nThen you put these lines into the file and save it.\n[Desktop Entry]\nExec=ls\nAfter that it shows in the menu of your desktop.\n',
    '<plist><dict><key>URL</key><string>https://example.org/</string></dict></plist>',
    '<html><body>libraryDescription</body></html>',
    'The web\n1\nhttp\n',
    '',
  ])
    assert.equal(kind(text), null, text.slice(0, 50));
});

test('hostile texts end soon', () => {
  for (const piece of [
    '[autorun]\n',
    '[Desktop Entry]',
    '=',
    '\n=cmd ',
    'C;',
    ' ',
    '<assembly ',
    '<plist><key>URL</key>',
    '[InternetShortcut]\nURL=',
    '\t',
    'URL=.exe ',
  ])
    for (const before of ['', '<x']) {
      const started = spentMs();
      kind(before + piece.repeat(300_000 / piece.length));
      assert.ok(spentMs() - started < SOON_MS, `${piece} ${spentMs() - started}`);
    }
});
