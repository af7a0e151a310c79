// What each finding of the scanner means, in English, Indonesian and Chinese: for the person who sends, receives or runs the server. A rule
// without a sentence of its own does not pass its test.
export type Language = 'en' | 'id' | 'zh';
type Words = Readonly<Record<Language, string>>;

const says = (en: string, id: string, zh: string): Words => ({ en, id, zh });

/** By rule; what stands behind a dot (`refused_type.exe`) is put in for `*`. */
const REASONS: Readonly<Record<string, Words>> = {
  'Eicar-Test-Signature': says('the EICAR test file', 'berkas uji EICAR', 'EICAR 测试文件'),
  'refused_type.*': says('files of type .* are refused', 'berkas jenis .* ditolak', '拒收 .* 类型的文件'),
  'risky_type.*': says('files of type .* often carry attacks', 'berkas jenis .* sering membawa serangan', '.* 类型的文件常被用于攻击'),
  'program_*': says('a program (*)', 'sebuah program (*)', '可执行程序（*）'),
  'shortcut_*': says('a shortcut that starts something (*)', 'pintasan yang menjalankan sesuatu (*)', '会启动其他内容的快捷方式（*）'),
  registry_file: says('a file that changes the Windows registry', 'berkas yang mengubah registri Windows', '会修改 Windows 注册表的文件'),
  'query_*': says(
    'a query file that fetches data when it is opened (*)',
    'berkas kueri yang mengambil data saat dibuka (*)',
    '打开时会抓取数据的查询文件（*）',
  ),
  disk_image: says('a disk image', 'citra disk', '磁盘映像'),
  name_turned_around: says(
    'a file name with control characters that turn its end around',
    'nama berkas dengan karakter kendali yang membalik akhirannya',
    '文件名含有会颠倒结尾的控制字符',
  ),
  double_extension: says('a program whose name ends like a document', 'program yang namanya menyerupai dokumen', '伪装成文档名称的程序'),
  spaced_extension: says(
    'a file name whose real ending is pushed out of sight',
    'nama berkas yang akhirannya disembunyikan',
    '把真实扩展名推到视线之外的文件名',
  ),
  polyglot_zip: says(
    'a picture or document that is an archive too',
    'gambar atau dokumen yang juga sebuah arsip',
    '同时是压缩包的图片或文档',
  ),
  macro_autorun: says('macros that run when the file is opened', 'makro yang berjalan saat berkas dibuka', '打开文件时自动运行的宏'),
  macro_autorun_suspicious: says(
    'macros that run when the file is opened and start programs or fetch files',
    'makro yang berjalan saat dibuka lalu menjalankan program atau mengunduh berkas',
    '打开时自动运行、并会启动程序或下载文件的宏',
  ),
  vba_stomped: says(
    'macros whose source was removed to hide them',
    'makro yang kode sumbernya dihapus agar tersembunyi',
    '为隐藏而删除了源代码的宏',
  ),
  xlm_macro: says('Excel 4.0 macros', 'makro Excel 4.0', 'Excel 4.0 宏'),
  xlm_macro_autorun: says(
    'Excel 4.0 macros that run when the file is opened',
    'makro Excel 4.0 yang berjalan saat dibuka',
    '打开时自动运行的 Excel 4.0 宏',
  ),
  remote_template: says('a template that is loaded from elsewhere', 'templat yang dimuat dari tempat lain', '从外部加载的模板'),
  remote_object: says('an object that is loaded from elsewhere', 'objek yang dimuat dari tempat lain', '从外部加载的对象'),
  dde_link: says('a DDE field, which can start programs', 'bidang DDE yang dapat menjalankan program', '可启动程序的 DDE 域'),
  equation_object: says(
    'an object of the old equation editor, which is known for its holes',
    'objek penyunting persamaan lama yang dikenal rawan',
    '存在已知漏洞的旧版公式编辑器对象',
  ),
  auto_object: says(
    'an object that is loaded as soon as the file is opened',
    'objek yang dimuat begitu berkas dibuka',
    '打开文件即加载的对象',
  ),
  setup_inf: says('a setup file that can start programs', 'berkas setup yang dapat menjalankan program', '可启动程序的安装信息文件'),
  sylk_formula: says(
    'a spreadsheet text with formulas that can start programs',
    'teks lembar kerja dengan rumus yang dapat menjalankan program',
    '含可启动程序公式的表格文本',
  ),
  dde_formula: says('a table with a formula that starts programs', 'tabel dengan rumus yang menjalankan program', '含启动程序公式的表格'),
  activex: says('an ActiveX control', 'kontrol ActiveX', 'ActiveX 控件'),
  pdf_javascript: says('JavaScript in a PDF', 'JavaScript di dalam PDF', 'PDF 中的 JavaScript'),
  pdf_open_action_javascript: says(
    'JavaScript that runs when the PDF is opened',
    'JavaScript yang berjalan saat PDF dibuka',
    '打开 PDF 时运行的 JavaScript',
  ),
  pdf_launch: says('a PDF that starts a program', 'PDF yang menjalankan program', '会启动程序的 PDF'),
  pdf_launch_open_action: says(
    'a PDF that starts a program when it is opened',
    'PDF yang menjalankan program saat dibuka',
    '打开时会启动程序的 PDF',
  ),
  pdf_remote: says(
    'a PDF that opens something elsewhere by itself',
    'PDF yang membuka sesuatu di tempat lain dengan sendirinya',
    '会自行打开外部内容的 PDF',
  ),
  pdf_obfuscated_name: says('a PDF that hides what it does', 'PDF yang menyembunyikan perbuatannya', '隐藏其行为的 PDF'),
  pdf_richmedia: says('Flash or other rich media in a PDF', 'Flash atau media kaya di dalam PDF', 'PDF 中的 Flash 或富媒体'),
  html_smuggling: says(
    'a page that builds a file and saves it by script',
    'halaman yang membuat dan menyimpan berkas lewat skrip',
    '用脚本生成并保存文件的网页',
  ),
  html_obfuscated: says(
    'a page whose content is hidden in a script',
    'halaman yang isinya disembunyikan dalam skrip',
    '内容隐藏在脚本中的网页',
  ),
  svg_script: says('a picture (SVG) with a script', 'gambar (SVG) dengan skrip', '带脚本的图片（SVG）'),
  onenote_embedded_file: says('a file inside a OneNote page', 'berkas di dalam halaman OneNote', 'OneNote 页面中的文件'),
  encrypted_archive: says('encrypted: it can’t be scanned', 'terenkripsi: tidak dapat dipindai', '已加密，无法扫描'),
  unscannable_damaged: says('damaged: it can’t be scanned whole', 'rusak: tidak dapat dipindai seluruhnya', '已损坏，无法完整扫描'),
  unscannable_method: says(
    'packed in a way that can’t be opened here',
    'dikemas dengan cara yang tidak dapat dibuka di sini',
    '压缩方式无法在此打开',
  ),
  unscannable_too_large: says('it becomes too large when it is unpacked', 'menjadi terlalu besar saat dibuka', '解压后过大'),
  unscannable_too_many_parts: says('it holds too many files', 'berisi terlalu banyak berkas', '包含的文件过多'),
  unscannable_too_deep: says('archives inside archives, too deep', 'arsip di dalam arsip, terlalu dalam', '压缩包嵌套过深'),
  unscannable_time: says('scanning it takes too long', 'pemindaian memakan waktu terlalu lama', '扫描耗时过长'),
  unscannable_memory: says('scanning it takes too much memory', 'pemindaian memakan memori terlalu banyak', '扫描占用内存过多'),
  unscannable_message_too_complex: says('the message is built too intricately', 'susunan pesan terlalu rumit', '邮件结构过于复杂'),
  unscannable_split_archive: says(
    'a piece of an archive whose other pieces are elsewhere',
    'potongan arsip yang bagian lainnya ada di tempat lain',
    '分卷压缩包的一部分',
  ),
  unscannable_split_message: says(
    'a piece of a message whose other pieces come apart',
    'potongan pesan yang bagian lainnya dikirim terpisah',
    '被拆分邮件的一部分',
  ),
  unscannable_too_large_for_signatures: says(
    'larger than the signature engine takes in one piece',
    'lebih besar daripada yang dapat diterima mesin signatur sekaligus',
    '超过特征引擎单次可接受的大小',
  ),
};
const MALWARE = says('malware', 'malware', '恶意软件');

/** One sentence for a finding; names of signatures are malware. */
export function reasonOf(name: string, language: Language): string {
  const own = REASONS[name];
  if (own) return own[language];
  const [, front = '', behind = ''] = /^(refused_type\.|risky_type\.|program_|shortcut_|query_)(.+)$/.exec(name) ?? [];
  return front === '' ? MALWARE[language] : (REASONS[`${front}*`] as Words)[language].replace('*', () => behind);
}

/** Has the rule a sentence of its own? */
export const hasReason = (name: string): boolean => reasonOf(name, 'en') !== MALWARE.en;
