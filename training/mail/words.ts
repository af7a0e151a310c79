// Names, places, money and mail domains by language, for the slots of the cores. All made up.

type Words = {
  readonly first: string;
  readonly last: string;
  readonly cities: string;
  readonly countries: string;
  readonly products: string;
  readonly jobs: string;
  readonly companies: string;
  readonly money: (amount: number) => string;
  readonly locale: string;
  readonly tlds: string;
  readonly free: string;
  readonly phone: (digits: (n: number) => string) => string;
  readonly address: string;
  /** The family name stands first. */
  readonly lastFirst?: boolean;
};

const grouped = (n: number, mark: string): string => String(Math.round(n)).replace(/\B(?=(\d{3})+$)/g, mark);
const cents = (n: number, mark: string, point: string): string =>
  `${grouped(Math.floor(n), mark)}${point}${String(Math.round((n % 1) * 100)).padStart(2, '0')}`;
const euro = (n: number): string => `${cents(n, '.', ',')} €`;

const EN: Words = {
  first:
    'James Mary Robert Linda Michael Susan David Karen Daniel Nancy Mark Lisa Paul Sandra Kevin Ashley Brian Emily George Donna Priya Ahmed Wei Carlos Fatima Olga Kofi Yuki Ravi Chloe Hannah Oscar Leah Grace Tom Jack Ella Noah Sophie Ben Rachel Aisha Diego Ivan Megan Liam Zoe Peter Alice Simon',
  last: 'Smith Johnson Brown Taylor Miller Wilson Clark Hall Allen Young King Wright Scott Green Baker Adams Nelson Carter Mitchell Roberts Turner Phillips Evans Parker Collins Stewart Morris Cook Rogers Murphy Bailey Cooper Reed Kelly Howard Ward Cox Patel Khan Singh Chen Garcia Novak Okafor Larsen Fischer Rossi Walsh Doyle Hughes',
  cities:
    'Boston|Leeds|Austin|Denver|Toronto|Bristol|Portland|Chicago|Dublin|Sydney|Manchester|Atlanta|Seattle|Auckland|Vancouver|Phoenix|Glasgow|San Diego|Cardiff|Melbourne|Nashville|Ottawa|Cape Town|Singapore',
  countries:
    'United States|United Kingdom|Canada|Australia|Ireland|New Zealand|Germany|France|Spain|Nigeria|Ghana|India|Singapore|Turkey|Switzerland',
  products:
    'running shoes|office chair|wireless headphones|coffee grinder|garden hose|yoga mat|desk lamp|water bottle|backpack|phone case|winter jacket|cookbook|bike light|air filter|tent|keyboard|blender|picture frame|hiking socks|monitor arm|rain coat|paint set|dog bed|tea sampler',
  jobs: 'Software Engineer|Account Manager|Nurse|Warehouse Associate|Data Analyst|Office Manager|Product Designer|Sales Representative|Teacher|Electrician|Research Assistant|Project Manager|Accountant|Customer Support Agent',
  companies:
    'Northwind|Harbor & Pine|Bluebird Supplies|Acorn Labs|Summit Freight|Lakeside Dental|Fernway|Brightline Media|Oakridge Partners|Copper Kettle|Silverleaf|Redwood Analytics|Maple Street Books|Anchor Marine|Greenfield Foods|Cobalt Systems|Larkspur Travel|Stonebridge Law|Pinnacle Roofing|Quarry Hill Winery',
  money: n => `$${cents(n, ',', '.')}`,
  locale: 'en-US',
  tlds: 'com com com com net org io co co.uk',
  free: 'gmail.com gmail.com gmail.com yahoo.com outlook.com hotmail.com icloud.com aol.com proton.me',
  phone: d => `+1 (${d(3)}) ${d(3)}-${d(4)}`,
  address: '# Main Street|# Oak Avenue|# Market St, Suite #|# Mill Road|# Station Road|P.O. Box #|# Harbour View|# Elm Drive',
};

const WORDS: Readonly<Record<string, Words>> = {
  en: EN,
  id: {
    first:
      'Budi Siti Andi Dewi Agus Rina Joko Putri Bayu Ayu Rizky Nur Dimas Fitri Hendra Lestari Eko Maya Arif Indah Yoga Wulan Fajar Ratna Iqbal Sari Galih Tania Reza Melati',
    last: 'Santoso Wijaya Pratama Lestari Nugroho Hidayat Saputra Kusuma Setiawan Siregar Nasution Rahmawati Utami Permana Hakim Gunawan Susanto Simanjuntak Maulana Anggraini',
    cities: 'Jakarta|Bandung|Surabaya|Yogyakarta|Semarang|Medan|Makassar|Denpasar|Malang|Bogor|Bekasi|Tangerang|Palembang|Solo|Balikpapan',
    countries: 'Indonesia|Malaysia|Singapura|Australia|Jepang|Belanda|Arab Saudi',
    products:
      'sepatu lari|tas ransel|headset bluetooth|kemeja batik|blender|sajadah|rice cooker|jaket hoodie|charger HP|skincare set|buku tulis|sprei|mukena|helm|kipas angin|kopi arabika',
    jobs: 'Staf Administrasi|Digital Marketing|Programmer|Sales Executive|Akuntan|Guru|Customer Service|HRD|Operator Produksi|Desainer Grafis',
    companies:
      'Maju Jaya|Sinar Abadi|Kopi Senja|Batik Nusantara|Toko Sejahtera|Cipta Karya|Mitra Usaha|Bumi Hijau|Rumah Buku|Sentosa Teknik|Lintas Data|Warung Digital',
    money: n => `Rp${grouped(n * 15_000, '.')}`,
    locale: 'id-ID',
    tlds: 'co.id co.id com com id net ac.id or.id',
    free: 'gmail.com gmail.com yahoo.com yahoo.co.id outlook.com hotmail.com',
    phone: d => `08${d(2)}-${d(4)}-${d(4)}`,
    address: 'Jl. Sudirman No. #|Jl. Merdeka No. #|Jl. Diponegoro #|Perum Griya Asri Blok C-#|Jl. Gatot Subroto Kav. #|Jl. Melati No. #',
  },
  zh: {
    first: '伟 芳 娜 敏 静 丽 强 磊 军 洋 勇 艳 杰 娟 涛 明 超 秀兰 霞 平 刚 桂英 晓东 志强 建国 婷婷 雪 浩 宇轩 子涵 欣怡 佳琪 海燕 文博',
    last: '王 李 张 刘 陈 杨 赵 黄 周 吴 徐 孙 胡 朱 高 林 何 郭 马 罗 梁 宋 郑 谢 韩 唐 冯 于 董 萧',
    cities: '北京|上海|广州|深圳|杭州|南京|武汉|成都|西安|重庆|天津|苏州|长沙|青岛|厦门|郑州|合肥|大连|济南|昆明',
    countries: '中国|美国|日本|新加坡|德国|澳大利亚|加拿大|英国',
    products: '运动鞋|双肩包|蓝牙耳机|保温杯|台灯|羽绒服|电饭煲|键盘|茶叶|大米|洗发水|童装|空气净化器|充电宝|图书|瑜伽垫',
    jobs: '软件工程师|产品经理|会计|行政助理|销售代表|算法工程师|教师|运营专员|质检员|采购',
    companies:
      '华信科技|远大贸易|鑫源机械|博雅教育|蓝海网络|天成电子|康宁医药|恒通物流|星辰传媒|东方印务|宏达建材|智云数据|金桥咨询|绿野食品',
    money: n => `${cents(n * 7, ',', '.')}元`,
    locale: 'zh-CN',
    tlds: 'com com cn com.cn net cn',
    free: '163.com 126.com qq.com qq.com sina.com sohu.com gmail.com foxmail.com',
    phone: d => `1${d(2).replace(/^[0-2]/, '3')}${d(8)}`,
    address: '人民路#号|中山大道#号|解放路#号#室|科技园#栋|建设街#号',
    lastFirst: true,
  },
  de: {
    ...EN,
    first: 'Anna Peter Sabine Thomas Julia Stefan Monika Lukas Katrin Jürgen Lena Markus Petra Jonas Heike Felix',
    last: 'Müller Schmidt Schneider Fischer Weber Meyer Wagner Becker Schulz Hoffmann Koch Bauer Richter Klein Wolf Schröder',
    cities: 'Berlin|Hamburg|München|Köln|Leipzig|Stuttgart|Bremen|Dresden|Wien|Zürich|Hannover|Nürnberg',
    countries: 'Deutschland|Österreich|Schweiz|Frankreich|Italien',
    products: 'Laufschuhe|Bürostuhl|Kopfhörer|Kaffeemühle|Rucksack|Winterjacke|Fahrradlicht|Wasserkocher|Schreibtischlampe|Wanderstiefel',
    jobs: 'Softwareentwickler|Buchhalterin|Erzieher|Lagerist|Vertriebsmitarbeiter|Projektleiterin',
    companies:
      'Nordlicht|Alpenblick|Bäckerei Huber|Stadtwerke Seeburg|Kranich Technik|Buchhandlung Linde|Sonnenhof|Elbe Logistik|Hansa Druck',
    money: euro,
    locale: 'de-DE',
    tlds: 'de de de com net eu at ch',
    free: 'gmx.de web.de gmail.com t-online.de freenet.de outlook.de',
    phone: d => `0${d(3)} ${d(7)}`,
    address: 'Hauptstraße #|Bahnhofstraße #|Lindenweg #|Am Markt #|Goethestr. #',
  },
  pt: {
    ...EN,
    first: 'João Maria Pedro Ana Lucas Juliana Carlos Fernanda Rafael Camila Bruno Patrícia Gabriel Larissa Tiago Beatriz',
    last: 'Silva Santos Oliveira Souza Lima Pereira Ferreira Costa Rodrigues Almeida Nascimento Carvalho Gomes Ribeiro',
    cities: 'São Paulo|Rio de Janeiro|Belo Horizonte|Curitiba|Porto Alegre|Salvador|Recife|Fortaleza|Lisboa|Porto|Campinas',
    countries: 'Brasil|Portugal|Argentina|Estados Unidos',
    products: 'tênis de corrida|fone de ouvido|cafeteira|mochila|cadeira|luminária|garrafa térmica|livro|jaqueta|air fryer',
    jobs: 'Analista|Vendedor|Professora|Desenvolvedor|Auxiliar administrativo|Contador',
    companies: 'Casa do Café|Livraria Central|Mercado Bom Preço|Sol Nascente|TecnoSul|Padaria Ideal|Viagens Atlântico|Clínica Vida',
    money: n => `R$ ${cents(n * 5, '.', ',')}`,
    locale: 'pt-BR',
    tlds: 'com.br com.br com net pt org.br',
    free: 'gmail.com hotmail.com uol.com.br yahoo.com.br bol.com.br outlook.com',
    phone: d => `(${d(2)}) 9${d(4)}-${d(4)}`,
    address: 'Rua das Flores, #|Av. Brasil, #|Rua XV de Novembro, #|Av. Paulista, #',
  },
  es: {
    ...EN,
    first: 'José María Antonio Carmen Juan Ana Manuel Laura Javier Lucía Carlos Elena Miguel Sofía Alejandro Marta',
    last: 'García Fernández López Martínez Sánchez Pérez Gómez Ruiz Díaz Moreno Álvarez Romero Navarro Torres',
    cities: 'Madrid|Barcelona|Valencia|Sevilla|Bilbao|Zaragoza|Ciudad de México|Bogotá|Lima|Buenos Aires|Santiago',
    countries: 'España|México|Colombia|Argentina|Chile|Perú',
    products: 'zapatillas|auriculares|cafetera|mochila|silla de oficina|lámpara|libro|chaqueta|bicicleta|batidora',
    jobs: 'Contable|Ingeniero|Profesora|Comercial|Administrativo|Enfermera',
    companies: 'Librería Sol|Talleres Ruiz|Viajes Mediterráneo|Panadería Luna|Distribuciones Norte|Clínica Centro|Grupo Alameda',
    money: euro,
    locale: 'es-ES',
    tlds: 'es es com com.mx net org',
    free: 'gmail.com hotmail.com yahoo.es outlook.es',
    phone: d => `+34 6${d(2)} ${d(3)} ${d(3)}`,
    address: 'Calle Mayor, #|Avenida de la Constitución, #|Calle Real, #|Plaza Nueva, #',
  },
  fr: {
    ...EN,
    first: 'Jean Marie Pierre Sophie Luc Camille Nicolas Julie Antoine Claire Hugo Manon Julien Élodie Mathieu Nathalie',
    last: 'Martin Bernard Dubois Petit Durand Leroy Moreau Laurent Girard Fontaine Mercier Blanc Garnier Chevalier',
    cities: 'Paris|Lyon|Marseille|Toulouse|Nantes|Lille|Bordeaux|Strasbourg|Rennes|Montréal|Genève|Bruxelles',
    countries: 'France|Belgique|Suisse|Canada|Maroc',
    products: 'chaussures de course|casque audio|machine à café|sac à dos|lampe de bureau|livre|veste|vélo|bouilloire|tapis',
    jobs: 'Comptable|Développeur|Infirmière|Commercial|Assistante|Enseignant',
    companies: 'Maison Lefèvre|Librairie du Port|Atelier Bois|Voyages Azur|Cabinet Rousseau|La Ferme Verte|Transports Giraud',
    money: euro,
    locale: 'fr-FR',
    tlds: 'fr fr com net org be',
    free: 'gmail.com orange.fr free.fr laposte.net hotmail.fr wanadoo.fr',
    phone: d => `0${d(1)} ${d(2)} ${d(2)} ${d(2)} ${d(2)}`,
    address: '# rue de la République|# avenue Victor Hugo|# rue du Moulin|# place de la Mairie',
  },
  nl: {
    ...EN,
    first: 'Jan Anna Pieter Sanne Kees Marieke Bram Femke Daan Lotte Wouter Ingrid',
    last: 'de Jong Jansen de Vries Bakker Visser Smit Meijer Mulder Bos Vos Dekker',
    cities: 'Amsterdam|Rotterdam|Utrecht|Eindhoven|Groningen|Antwerpen|Gent|Den Haag',
    money: euro,
    locale: 'nl-NL',
    tlds: 'nl nl com be',
    free: 'gmail.com hotmail.com ziggo.nl kpnmail.nl',
    companies: 'Boekhandel Zuid|Fietsenmaker De Brug|Groen & Co|Tandartspraktijk Noord|Bakkerij Molen',
  },
  it: {
    ...EN,
    first: 'Marco Giulia Luca Francesca Andrea Chiara Paolo Elena Giovanni Sara Matteo Laura',
    last: 'Rossi Russo Ferrari Bianchi Romano Colombo Ricci Marino Greco Conti Gallo',
    cities: 'Roma|Milano|Torino|Napoli|Bologna|Firenze|Verona|Palermo',
    money: euro,
    locale: 'it-IT',
    tlds: 'it it com eu',
    free: 'gmail.com libero.it virgilio.it hotmail.it tiscali.it',
    companies: 'Libreria Aurora|Officina Moretti|Viaggi Sole|Cantina Bruni|Studio Legale Riva',
  },
  pl: {
    ...EN,
    first: 'Jan Anna Piotr Katarzyna Tomasz Magda Marek Ewa',
    last: 'Kowalski Nowak Wiśniewski Wójcik Kamiński Lewandowska',
    cities: 'Warszawa|Kraków|Gdańsk|Wrocław|Poznań|Łódź',
    money: n => `${cents(n * 4, ' ', ',')} zł`,
    locale: 'pl-PL',
    tlds: 'pl pl com.pl com',
    free: 'gmail.com wp.pl onet.pl o2.pl interia.pl',
  },
  ja: {
    ...EN,
    first: '太郎 花子 健 美咲 翔太 陽菜 大輔 さくら 直樹 恵',
    last: '佐藤 鈴木 高橋 田中 伊藤 渡辺 山本 中村 小林 加藤',
    cities: '東京|大阪|名古屋|福岡|札幌|京都|横浜|仙台',
    money: n => `${grouped(n * 150, ',')}円`,
    locale: 'ja-JP',
    tlds: 'jp co.jp com ne.jp',
    free: 'gmail.com yahoo.co.jp docomo.ne.jp icloud.com',
    companies: '青空商事|みなと書店|さくら工業|北星電機',
    lastFirst: true,
  },
  ru: {
    ...EN,
    first: 'Иван Мария Алексей Ольга Дмитрий Елена Сергей Анна Андрей Наталья',
    last: 'Иванов Смирнов Кузнецов Попов Соколов Лебедев Козлов Новиков',
    cities: 'Москва|Санкт-Петербург|Казань|Екатеринбург|Новосибирск|Самара',
    money: n => `${grouped(n * 90, ' ')} руб.`,
    locale: 'ru-RU',
    tlds: 'ru ru com рф'.replace(' рф', ''),
    free: 'mail.ru yandex.ru gmail.com bk.ru rambler.ru',
    companies: 'Север Плюс|Книжный дом|ТехноСервис|Вектор',
  },
  tr: {
    ...EN,
    first: 'Mehmet Ayşe Mustafa Fatma Ahmet Zeynep Emre Elif',
    last: 'Yılmaz Kaya Demir Çelik Şahin Yıldız Aydın',
    cities: 'İstanbul|Ankara|İzmir|Bursa|Antalya|Adana',
    money: n => `${cents(n * 30, '.', ',')} TL`,
    locale: 'tr-TR',
    tlds: 'com.tr com com.tr net',
    free: 'gmail.com hotmail.com outlook.com yandex.com',
    companies: 'Deniz Kitap|Anadolu Makine|Ege Turizm|Yıldız Gıda',
  },
};

export const wordsOf = (lang: string): Words => WORDS[lang === 'zh-hant' ? 'zh' : lang] ?? EN;
