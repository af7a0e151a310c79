// Style and script of the reference, served as files of their own under a policy that allows nothing inline. Colours are the console's.

export const STYLE = `:root{--bg:#f6f7f9;--surface:#fff;--sunk:#eef0f4;--line:#d5dae2;--text:#16202e;--soft:#4a5568;--accent:#1f5fbf;--good:#0b7968;--warn:#5f3f00;--bad:#c62a1f;--info:#1a4f9c}
@media (prefers-color-scheme:dark){:root{--bg:#0f141b;--surface:#171e28;--sunk:#11171f;--line:#2c3644;--text:#e8edf4;--soft:#aab6c6;--accent:#7db2ff;--good:#a6ecd9;--warn:#f7b955;--bad:#f7717c;--info:#8fbcff}}
*{box-sizing:border-box}
body{margin:0;background:var(--bg);color:var(--text);font:14px/20px system-ui,-apple-system,"Segoe UI",Roboto,"Noto Sans",sans-serif;display:flex;align-items:flex-start}
code,pre{font-family:ui-monospace,SFMono-Regular,Menlo,Consolas,monospace;font-size:13px}
a{color:var(--accent)}
:focus-visible{outline:2px solid var(--accent);outline-offset:2px;border-radius:4px}
.skip{position:absolute;left:-999px}
.skip:focus{left:8px;top:8px;background:var(--surface);padding:8px;z-index:1}
nav{position:sticky;top:0;height:100vh;overflow:auto;width:320px;flex:none;padding:16px;border-right:1px solid var(--line);background:var(--surface)}
nav ul{list-style:none;margin:0;padding:0}
nav>ul>li{margin-bottom:12px;font-weight:600}
nav ul ul{font-weight:400;font-size:12px;line-height:16px}
nav ul ul a{display:block;padding:4px 0;color:var(--soft);text-decoration:none;overflow-wrap:anywhere}
nav ul ul a:hover{color:var(--accent)}
main{flex:1;min-width:0;max-width:920px;padding:24px 32px;margin:0 auto}
h1{font-size:22px;line-height:28px}
h2{font-size:18px;line-height:24px;margin:32px 0 8px}
h3{font-size:15px;line-height:20px;margin:0 0 8px;overflow-wrap:anywhere}
h3 a{color:inherit;text-decoration:none}
h3 a:hover{text-decoration:underline}
article{background:var(--surface);border:1px solid var(--line);border-radius:8px;padding:16px;margin:16px 0}
article p{margin:8px 0}
small,dt{color:var(--soft)}
dt{font-weight:600}
dd{margin:0 0 8px}
b.GET{color:var(--info)}b.POST{color:var(--good)}b.PATCH{color:var(--warn)}b.DELETE{color:var(--bad)}
pre{position:relative;background:var(--sunk);border:1px solid var(--line);border-radius:6px;padding:12px;margin:8px 0;white-space:pre-wrap;overflow-wrap:anywhere;tab-size:2}
h1 code{font-size:20px}
pre button{position:absolute;top:6px;right:6px;min-height:28px;font:inherit;font-size:12px;background:var(--surface);color:var(--text);border:1px solid var(--line);border-radius:6px;cursor:pointer}
summary{cursor:pointer;color:var(--accent);padding:4px 0}
table{border-collapse:collapse;width:100%;font-size:13px}
th,td{text-align:left;vertical-align:top;padding:6px 8px;border-bottom:1px solid var(--line);overflow-wrap:anywhere}
tr:target,article:target{outline:2px solid var(--accent)}
@media (max-width:860px){body{display:block}nav{position:static;width:auto;height:auto;max-height:40vh;border-right:0;border-bottom:1px solid var(--line)}main{padding:16px}}
@media print{nav,pre button{display:none}body{display:block;background:none}details{display:block}details::details-content{content-visibility:visible;block-size:auto}}
`;

export const COPY = `for (const block of document.querySelectorAll('pre')) {
  const button = document.createElement('button');
  button.type = 'button';
  button.textContent = 'Copy';
  button.addEventListener('click', async () => {
    await navigator.clipboard.writeText(block.querySelector('code').textContent);
    button.textContent = 'Copied';
    setTimeout(() => { button.textContent = 'Copy'; }, 2000);
  });
  block.append(button);
}
`;
