// The decompressors against what Debian's tools made of the same texts (each command stands with its bytes), what is cut, wrong or too
// large, and that no bytes break them.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { crc32, deflateRawSync, inflateSync } from 'node:zlib';
import { randomFrom } from '../../../test/random.ts';
import type { Codec, Unpacked } from '../opener.ts';
import { bcj2 } from './bcj2.ts';
import { bcjX86, delta } from './branch.ts';
import { bzip2 } from './bzip2.ts';
import { deflate64 } from './deflate64.ts';
import { isLzmaAlone, lzmaAlone, lzmaRaw, readLzmaProperties } from './lzma.ts';
import { lzma2 } from './lzma2.ts';
import { isUnixCompress, unixCompress } from './unixCompress.ts';
import { xz } from './xz.ts';

const lines = Array.from({ length: 60 }, (_, i) => `${i * i} sheep and ${(i * 7) % 31} goats\n`).join('');
const TEXT = Buffer.concat([Buffer.from(lines), Buffer.from(Array.from({ length: 200 }, (_, i) => (i * i * 37) >> 4))]);
/** Matches further back than 32 KiB and longer than 258. */
const FAR = Buffer.concat([TEXT, Buffer.alloc(40_000), TEXT, Buffer.alloc(70_000, 7), TEXT]);
/** Branches of every machine. */
const ROWS = [
  'e80001000090e9e8f0ffffff0f84100000',
  '0b0100eb9c0000eb',
  '0100009440030090',
  'f00ff80bf400ff01',
  '4800010148000a01',
  '400001007fffff00',
];
const IA64 = '10000000000000000000000008010050';
const rowOf = (hex: string, i: number): Buffer => Buffer.concat([Buffer.from(hex, 'hex'), Buffer.alloc(16, i)]).subarray(0, 16);
const CODE = Buffer.concat(Array.from({ length: 20 }, (_, i) => [...ROWS, IA64].map(row => rowOf(row, i))).flat());

const packed = (base64: string): Buffer => Buffer.from(base64, 'base64');
// Made from TEXT: xz --format=lzma; the same with --lzma1=lc=0,lp=2,pb=3; xz -C crc32; xz --block-size=1000 -C crc64; bzip2; compress.
// bzip2Random: the block holds what the old program's randomising makes of TEXT, with the bit set and the sums of TEXT (bzip2 unpacks it).
const OF_TEXT = {
  lzma: 'XQAAgAD//////////wAYCArm6bLJsaJz54hERkBLsHMBqIdyEPppEiMJcZpt0unhtG/O8R/GhJAh95TXb7Jr1D6sJoCQ0S6wSNsi3X4Vxuz5crliwhIwtteUUIs86yyg9jZ1xjFEdr9WJ9i9aUGL+TRxrefTof6y2+dKKOgC/IgUNjy+fHwu+qIJVWSGfp/MkDvtvl3n+W4FY5jjvaH+CHssvMNXD8ZMgq0F15PegUcmPaUObyiL40E/QZn1eKFcK+tlM05Dj/rBZ8I09tSfWdk6eTy/CpNQ0Ou1GuByAH7EJTW7sZcb9fTP0ibiqrWkjEO0rlMDV/IncMgEpTGqzV6j0nt4Vk2thrEuJqamXrItvh8OH4C54U6f2WP4HCXAWmnUwMehfak869iwDi+5/azNXfbS+OKOCb9YYoEzRQBD387bEeK6JR22vHpTzL0htVrNp4tvygJMy9bfdnQKe4vKADGuoz6nha6ElTViXKZTnPcQ8pKwUkUfHYrbxg8JUAgsxBOgnolzQwvAQAxPYfGti8daRDnM2zgJXmaz8QufD7u/UF+elzk7KNYcNRQ8vTLqrVqsdpguZV0N9m06YdHcGm/QxUeTkGAH4x51xD4UKboZOh1Cg4GTNSLdTbM04442Npx2yXvp0ifTR3xWxR7H7uOHbxxrEICvwAXzmsK5lPzuDICzX8onuqk7lkkEPL/xxoolquKDjdIWdbPG21n//xUmFgA=',
  lzmaOdd:
    'mQAAgAD//////////wAYCApmg05QfSNpFSA1vTBQPDWJ+kOntV9xVGM55Qa9dqU/DUbGzAYJse9xLe97cZBQ1mFLjcO6ESMQapnTl19RzbgvrFyrj5FRoN13IyIZMGcgA6nf46AW80BdsIUk1GVJG+5YUcmtX2hIhArm1cKvPTpy6SVlGbXc3wp8VGmksAwD2Qu239zG9qrGN7A2U5NJhhW5rlU6qmJS79eU0qySZ5ZrI8lEW1f9LQZNtwa9VxcPQ/xXpQ5wnnG4SR7wmR0fvUqty5gnkW/gA9OBXNd5sBIMhaY3mfkd5D3doyz3S8VXSvCLP7ZmpFdRIVxJ9bzGqDZ+GpOIxDJmg2X011jtR8byvw/zQUmtQappOJzmpWQq9pq8F6n6Xv+JvkzgMw5xdCV/GylGSYZttQxLtPsbkOnkJPlUQzl2KL3WOv6PuVwuFkZUAS0ii6kwnGp7Gc+fXzwAhB6N1Pio5Dkw1Nb7BLKus9GO326j9Sq5FAxobmiHgEaWbzAXqxwm1tzr3E9WITHnx+2CmTrKSjMhkV5rps/mdJl8zztSKVhbbJyIp+vOCZSH9NWEGIkCcXqCDQjdYzDviVX9xRSa9D49MsGuWXopcy5eoU8+sIPu7jfeXu0LgjjHrkwTae3zXG7CFv7nh6i4vHpz+MQFqBxtIbILd5RPK1cLJb6PHgTM6ou6oqd9fsddNDQ0cBgxoHVb6gIklyf1fvm1T2hysbv9/3Z5Rl08V9tAqEUXynlf//PaBT4=',
  xz: '/Td6WFoAAAFpIt42AgAhARYAAAB0L+Wj4AYlAhNdABgICubpssmxonPniERGQEuwcwGoh3IQ+mkSIwlxmm3S6eG0b87xH8aEkCH3lNdvsmvUPqwmgJDRLrBI2yLdfhXG7PlyuWLCEjC215RQizzrLKD2NnXGMUR2v1Yn2L1pQYv5NHGt59Oh/rLb50oo6AL8iBQ2PL58fC76oglVZIZ+n8yQO+2+Xef5bgVjmOO9of4Ieyy8w1cPxkyCrQXXk96BRyY9pQ5vKIvjQT9BmfV4oVwr62UzTkOP+sFnwjT21J9Z2Tp5PL8Kk1DQ67Ua4HIAfsQlNbuxlxv19M/SJuKqtaSMQ7SuUwNX8idwyASlMarNXqPSe3hWTa2GsS4mpqZesi2+Hw4fgLnhTp/ZY/gcJcBaadTAx6F9qTzr2LAOL7n9rM1d9tL44o4Jv1higTNFAEPfztsR4rolHba8elPMvSG1Ws2ni2/KAkzL1t92dAp7i8oAMa6jPqeFroSVNWJcplOc9xDykrBSRR8ditvGDwlQCCzEE6CeiXNDC8BADE9h8a2Lx1pEOczbOAleZrPxC58Pu79QX56XOTso1hw1FDy9MuqtWqx2mC5lXQ32bTph0dwab9DFR5OQYAfjHnXEPhQpuhk6HUKDgZM1It1NszTjjjY2nHbJe+nSJ9NHfFbFHsfu44dvHGsQgK/ABfOawrmU/O4MgLNfyie6qTuWSQQ8v/HGiiWq4oON0hZ1nm/aIAAAhsiylQABqwSmDAAAjSwUJD4wDYsCAAAAAAFZWg==',
  xzBlocks:
    '/Td6WFoAAATm1rRGAgAhARYAAAB0L+Wj4APnAPFdABgICubpssmxonPniERGQEuwcwGoh3IQ+mkSIwlxmm3S6eG0b87xH8aEkCH3lNdvsmvUPqwmgJDRLrBI2yLdfhXG7PlyuWLCEjC215RQizzrLKD2NnXGMUR2v1Yn2L1pQYv5NHGt59Oh/rLb50oo6AL8iBQ2PL58fC76oglVZIZ+n8yQO+2+Xef5bgVjmOO9of4Ieyy8w1cPxkyCrQXXk96BRyY9pQ5vKIvjQT9BmfV4oVwr62UzTkOP+sFnwjT21J9Z2Tp5PL8Kk1DQ67Ua4HIAfsQlNbuxlxv19M/SJuKqtaSMQ7SuUwNX8idwxj/G+gAAAAAAnZ9XKyHkwu8CACEBFgAAAHQv5aPgAj0BQ10AOZoI5wqqEQdmr9JUeQL7bYe1OVpAScwI2SKyVzkf5sMm5uhnPHpHMn0QEhSp+SQkIoEniiisZl5xdKS0nccLovg0+7gdDPDiMgNZ+Sd52mRugQXI0N/CYja4cvUjsXcjKOXJldZXjDPddZIuB4u0cYd/1uwv2PuuOYMnSyXAChIIkqlnBCU5yX/InXhW3KiGCpD1MDdwxR1dG1fQYFM1mAV1jrQ19oUKnbPncyilTIN3pkmd7Osrm0vQYXCPXKEqLX6yfsTQHq0xwwjt0zTUZPhovj+l+Ufu6h478WfRUTr2sRFlzCpmwyOobyTybHXL8xq7RFc0Gwae9evlmAn7Oe4ZuMlx1LqyCXa+EBqEyfV3mFqYrPp7bye6hXleesmpg8Fy5qJV44/pvZVIP3FoxFxfb4Zr+/0YVfD3vK8qtVnB0RIAALwkAvg9EH+7AAKNAugH3wK+BAAALLkq6BQXOzADAAAAAARZWg==',
  bzip2:
    'QlpoOTFBWSZTWW1273QAAK9///b65qpvOv/6/hZe8+7r75er/yfGJudeaiKi5xIijoapwAHM3G3chSSPU9EAAGjQAAaaBoNGgBkABoaeoeKZNAGgzU0Ymg0008iNN6p+qeKFU/IFRk2oB6gaGmmgAAGQ0GhoaAZAAAMgAAAAGRoAAEVT/aRI1AAAAAAAAA0AAAAAAAAAAAAAAADISmmp6ImmBBkMRgmENNMTEyMBDAEBgTTINMCDEYRk0aYmjEaMK0Ing4nvUo8u6dEzW2AAQhaOVG9lSyHjuR4vszaAAIQmAAEIWIL8jEoKNRiiRDB0KIGxAGGylEiNgyiGGUZYRhhbLREaowjKMqMNCMw1akwRhFGazCEpECzUhmpZgkJSzBoJAEpAIUpjgAZe7QwNv1pt6+com9yBoKV5FY0AL2xKwisWqeMMYr7/KVm5cRWRVhuDoH0RaV0KGGKBHKFKB9VCBAj6hFiIWRAiBBCDmRCzKGiOYIGUKj0DKwec+sJkDgiBECBBEfZ/kQ1eVVLmQFoFgbaR4I9FeixrkjWM1qWYWTCjZBKX3rBskCIgsAO6IoANA6OiGERzISIEsEcBA4glAAIGTCGL8IQYREDL0QYlOohYKQBKiUFKpQiVKJIJIKIIVNUKpreHQ31WLGWYsl7wG6JmcizrXNc4gcvE6LNR7X7zhpf9QgEnQAJOXoAEnPAJOcASfbfwwCTeAEn06enngEmq+IBJgAJP8+XOsACTFAJPvooACTvfuCnnOHdgt/n6aHnCwHYoR+QOzSS+IXfNwBv10GMz997P3TEtJjFZe2sgcmsh77AQoyMVQRrZJlH/GCUlflDGvbHvesmOof03K4uIoNaNWnqJJqWlEt/xdyRThQkG1273QA==',
  bzip2Random:
    'QlpoOTFBWSZTWW1273SAAK9///b65qpvMv/6/hZe8+7r75er/yfGJudeaiKi5xIijoapwAHt3RszgrVRpo0ANANAA0eoNPU0A00A0AaNAeoaNDI0GQA9TIaeoGRk0PSfqn6p+mqFU/EFTQaAZAGgAAAAAA9QAANBkAANMQAAA9QDQAqp+9IUn6oGgBoAAABiMhtQAAAAAAAAAAAAAAAMRIaqflNQ0AAMgAAZMQ0Bpo0AGBNBkAGjCaMg0BkMgZABZEhP3U35ySLc92rl0BCAAx902tXUKfVyp9r7F1BCAA2gAQBcCuY5nQukHFGRHB6IiDBgDhhCDETAWRHCyWolKStkRO5KW2WdSPMEnjETBM8EpEziDu0ig6UJEwcQkTJGISMBiI6AABcPzyfXde1Ju4SyZl2vpwVgZnEgBdkOwM0ZtERBzvGOhZ30VDOmaaAhPFJquEkwcoKDBihFmCCCiwTUIukEghIIOkXdg9EHCDsGUs7s4lhFpHQgEgkEEKIvHMTNKzMYOgXnad8hShS00tNSgqRHSgkgkmUg6wZCe9IOswMYwSAH8iQAGQZsyOCJ8MJkiT4gBBAgpIAIHU/nJ6lJxEQPAJYiSGSWAqAFMlJUJAdSAQCgAVvFqtROOvfava9jXfDzLb3eZcL1sjnyWdx6mho5Ldfc4sH+1f72YBIu0ScMAk3uGAScIAk+QAk4HUmAJNoASe5iYmEASa/ygEmcAk/jzaexBINYiKQBJwdtQSIAjfcfKsjlE4DeH9ZPY6Gy5xpPmhDil9kn8x4EgUyUXBguGuxuFbXXuzv9GI5Uk4Lg8Y4vxDMNygW9QjHl/GDQhGCCPXzK/kyPJaUuzCMRcRYo2KoY6eXf4u5IpwoSDa7d7oA=',
  Z: 'H52QMEDMQVOmDBwQYdyQARHwzJswdOYoiCGQoEGECkHcAOEQokQaFQseTLgwBsiOERXkCHmRJAgZFFFKjGGD5ciMMnBwfJhSRg2bGBee5ClxRs2BIoOCiBGTqAIaK5G2zBhDp0wFNkBKvbnQ506PCnBQ3Kq0KdgYMAKSdWnVaQyYQF3G+HnVpFaLXF/K+JqSZlS8SmWsrJvjKGCXdJ3K8LqW6t6rPg0nlTtYMY6/k3HWvDpDxt3MXfkWtTH2cMbKYGmkjUt1s1MaNEqDfjlD9FMcn6cunNHQaQ3BrBe6BlvjhmTdS2tftcHYdNfeYG0YD/5y49UbwBvvtn0DN3W0tnHLRh7DutMcq7W/HAq28Pi80PvC8Ezd/FkYl7+z7zv3eF64dS32k3o52fZWYdTtN5NRmJFnVl+w5ZZXVQb+9l5giZ1lQ3rOLWWgDWJR19ZZxklYVoZ94dbgf4+5lYNR1AEH2XwDdoiiRDDR9F2LYC0Gw4plodYTbya6JMNwPal2oZG2+cThbELiuOGSrTV5AwxF4qScZT9Sx1uTOeioHpJF0fjdlmDNEAOMBMZXlGdAGmlfSjMYleV2nNEQonrgXQWAAAlQUEIOU8RByS7nXNCEIcUgAAUn7QjRyT5fHENDKRtUUgEmIbgChDVxQFBLFwv0QscL78zShxId0AMNLJX40cYXV0xBRRZjxFEIJ7loA4AKWTBSTABDJELNCHc804Ij9YABDRG96NDLEM98QU8jKzRTBwjRGAKEP8EgUkUJ+1RDyyV/rNGFFE0wAQUWZdjRyCnHrENBEHOkUg4JacgCgBSpEFBGMjOEQsEiBxzSgCUl4AIFO43I0M0iP9xDSx07FFANKoF4AYQJEQBQTzvrtEPPPw+M0IMWfZACDQA1uNHKOzcMQk0Kg4RTBCsZKAKAHvnwUUAkI+QC',
};
// Made from FAR: xz --format=raw --lzma2=dict=65536; 7z a -tzip -mm=Deflate64.
const OF_FAR = {
  lzma2:
    '4cAhBFhdABgICubpssmxonPniERGQEuwcwGoh3IQ+mkSIwlxmm3S6eG0b87xH8aEkCH3lNdvsmvUPqwmgJDRLrBI2yLdfhXG7PlyuWLCEjC215RQizzrLKD2NnXGMUR2v1Yn2L1pQYv5NHGt59Oh/rLb50oo6AL8iBQ2PL58fC76oglVZIZ+n8yQO+2+Xef5bgVjmOO9of4Ieyy8w1cPxkyCrQXXk96BRyY9pQ5vKIvjQT9BmfV4oVwr62UzTkOP+sFnwjT21J9Z2Tp5PL8Kk1DQ67Ua4HIAfsQlNbuxlxv19M/SJuKqtaSMQ7SuUwNX8idwyASlMarNXqPSe3hWTa2GsS4mpqZesi2+Hw4fgLnhTp/ZY/gcJcBaadTAx6F9qTzr2LAOL7n9rM1d9tL44o4Jv1higTNFAEPfztsR4rolHba8elPMvSG1Ws2ni2/KAkzL1t92dAp7i8oAMa6jPqeFroSVNWJcplOc9xDykrBSRR8ditvGDwlQCCzEE6CeiXNDC8BADE9h8a2Lx1pEOczbOAleZrPxC58Pu79QX56XOTso1hw1FDy9MuqtWqx2mC5lXQ32bTph0dwab9DFR5OQYAfjHnXEPhQpuhk6HUKDgZM1It1NszTjjjY2nHbJe+nSJ9NHfFbFHsfu44dvHGsQgK/ABfOawrmU/O4MgLNfyie6qTuWSQQ8v/HGiiWq4oON0hZ1nol5sMuKm1M+R10FkQOIDwQ9pfIRR9AqbJju6AcrYYlstz7CJBTJPIILOzvPu/l5NOHxnKk1jt5icLh6Wh7ctN9tXwvRqzWj6oCZHGfr+JNAlmzr7m/TkKQrarFwLhAxqJL01YJVIIINbBaLrkPbLt+HI9rrnTusxI1Lywa0eMNy/fv8Jc71jsC9W0A1Wx5OdaloJsBhyRQK41Z5fXqCb63gUC3sMuahxvcb8A02OUwvuaBuxENcsgreFTz3qnhU59WDRDCUsE7ChbE+V0Ci14s1WGOiLSegZTT8U3D9WJzFrGBSjn3SKFWeV8J2b9RnNnGUh0yRZ9+SzHXItY2tXCcmHbG+Y3NEhFtYqtShG3YuggtOqN4+8KgwlD6cdPZzVe/lnd8N7vjhJcVSr6UI/rwk3tkKfIsD0h+Roi8aCfcVZW0lRHCGVi1w6enen0ASRt4Kn0spb9i+v1/OPCZJEAVdAVZwg1ryWICoQqlgnLeAn+yhTm93JIop2Ynm5Y+ilhfUZQ4hH7HOlmPhdorE1jkDWFDlo2twwm4XXe7S7Vdmgagh9Or9Ol6AyqbYI6LRamJK+C/U3f8R31WnFLAZL3ZHoMOuLJhqCM8PE0lOTsFmK5EiuwrGG62woTXY7k3GpFblwaKiTGuruGE8zWjdWjmPutx9ri8YD/0xXOHMOkA3+q3kp7mttE5EbvP6+TAn8TcAkUjFeGg9GY84ghfsy1Y+ekC65pseAQxG8VBsYt9QTg7teGDTT3GgSVIqryoEadbpNCAOa0MoAA==',
  deflate64:
    '5N5PSBVRFMfxVyT2h6jAiIjghRlURHPvzJv3pogsaxMJokUZmElJRWSJWhBZhGR/zCDIamGLoCihIsogCRctRFqEBtoiaNEiWpi4USKE/hjv3ncPDrSO72f5YzzvnDtnXF8v2XCktvZksqbuUNJLHj5R09gwVzlZOpsFTqaCbBg5oVbmr0M3zWRTnXJS8/e++6hS5qciNzUFwsAtm8qmGbdX24HnTpUxqRbPpkwciMLaTiGGi0wcuS2bGlpMp7SdWcwXmTgjSofmMLRoxB6R27UpEYgJVWjiwH1Y+ybOuJV985pT2u0jNGlaNG1qhGJE7ZlYPK3NtqRFad+kog9lamRE18rUiMSM2u6cOBDPvnJxemkbZ6K4xVUqFcburpZj5nZHvHdbxg9FeZXbKTGpLZP680sxW6xC+T5tLNbbVkmHQewmZ4IodpUjXwxr99CbGnb6MisVxm6z9qLYdfa9IG6fdeC53ec+CjGrrRKKp5WtkpbVffsRTXUzfal1JLq3H9ffWaevta/k2Xi5jzGKW2zfF2dvywTyH5Epk5g5p6Aoqqi/+frrktLWvtllnaNb705W9wcPlnUsvrPiafGH+oUvq+b1Nq4fe9G8Y/n44LOOc8er91TsqjxYf7Gz52NiTeW1vhklV4YKTw+suz5xYHBb74bekoHq8fa175qS71uLf765vLtocrj79vljVeWlO8v21p5qf9g/UrCloevLyqPPE+Vds2rf+vcK2vIvzb9V9KrsW7v+1Lb5e3fTxrzhRxf2F69alJgYHRkd/7WgcNO+5vuDiVTdk7F0y9Dqls/bHy+9mjjz42zejcKeBB4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh7e/wB/y0T8LRPxt0zE3zIRf8tE/C0T/3XLxHw8PDw8PDw8PDw8PDw8PDw8PDw8PDw8PDw8PDw8PDw8PDw8PDw8PDw8PDw8PDw8PDw8PDw8PDw8PDw8PDw8PDw8PDw8PDy83+XTX2iOYRjH8ZfIv4SaJKlXM4Xkue/nP8kYJ7JaGzE1s1hIxtpGyUjL/JkpZTiYA0WskJiytAMHaznQpjYHyoEDOZi1ky1phZP3vt1XPaeOvp/DX8/767qe53rx8PDw8PDw8PDw8PDw8PDw8PDw8PDw8PDw8PDw8PDw8PDw8PDw8PDw8PDw8PDw8PDw8PDw8PDw8PDw8PDw8PDw8PDw8PDw8PDw8PDw8PDw8PDw8PDw8PDw8PDw8PDw8PDw8PDw8PDw8PDw8PDw8PDw8PDw8PDw8PDw8PDw8PDw8PDw8PDw8PDw8PDw8PDw8PDw8PDw8PDw8PDw8PDw8PDw8PDw8PDw8PDw8PDw8PDw8PDw8PDw8PDw8PDw8PDw8PDw8PDw8PDw8PDw/jMv33Ssvv50vq7hSN7LHz1V19w0XzlZXMgCJ1NBIUydUCvz68hNk0KqQyc1v/cjt9UUBKmbmoIocGvDQpq4s9oJPHerxKRaPBuaOBDF2m4hlktNnLojmw4ttlPa7iz2S02ciOrIvAwtBrGvyJ3aVARiQxWZOFBuhW/ixG32zWcOtTtHZNJYDG06IrGi9kwsntbmWmJR7ZtUzKFMRyKmVqYjFTtqe3ORyjpZT7y92MZJmnW4SoVR5u1quWZic/HdbY0fiXr176bEprYm1CrrilUkv6eNxXnbljgKMi85CdLMU079KOuWtafDrGNWKsq8Zu2lmefse0HWPevAE8uaOBS72pZIPK1sSyzbfZMnXpp11DoV09s/l9xV+SZX8t14JtfyXcYm98W7tzVBorJOOzdzXlFJWtV4++33ZeXtA3Mruse335+uHQwerehaem/V89JPjYtf1yzob9448ap118rJ4RddF07W7qvaU3248XJ33+fcuuobAzPKro0Unx3acHPq0PCO/k39ZUO1k53rP7TkP7aX/n53dW/J9Gjv3YsnairLd1fsrz/T+XhwrGhbU8+31cdf5ip7ZtW/9x8Udcy5svBOyZuKH536S8fWn70tm2ePPrl0sHTNktzU+Nj45J9FxVsOtD4czoUNzybitpG1bV93Pl1+PXfu1/nZt4r7/gI=',
};
// Made from CODE: xz -C crc32 --NAME=start=16 --lzma2; --delta=dist=4.
const OF_CODE = {
  x86: '/Td6WFoAAAFpIt42AwEEBBAAAAAhARYAuRyt4OAIvwEGXQB0BTwfDgF4lBUe5g6LaOS0alzirlSXaxD1GFT8NmnCgq1lemw/S9qcAatV7YTUOlkfEiMRz65+/6k4+vlTcepE5SkzvLFU2Gn0+G7b3+h6/fkvr4zmxtCPljyM+RUvM+6E7PeyepEKi9Begr8z0CI/MV76yOt13bqW08upFkstAobDN52q+2OFR3ykdpjho1xo3IaMav3VjJy4+D4mBF8pBgU1ApXDXohUI9/l3xxSVY1HYWd8qA3LW6IqRfAi4y7KXnGthS/rV3t79Gk3a8QRtI4c+CTATbkc2sKcqfCLHjfItW3mosqXJvkItH9x1ShVYZeDxsZIJsJraLMI97PslBtyr4chAAAAosWWwQABogLAEQAAGRDohj4wDYsCAAAAAAFZWg==',
  powerpc:
    '/Td6WFoAAAFpIt42AwEFBBAAAAAhARYAh3dvD+AIvwEVXQBz//wfDgF4sn6zxkWYcjNQq6kzD50kPtZbBGfCtnVQGBV540MqjAvr2HEVBem11qht26Qi2dU0lE8QKy1SgQrcHQylcVOLTr/ZOWxZG72wiwEUc9njAZcgbgiCy5fGVtQObCLAXGinfHmAEnoa+bXXqcWAhvwE8zyeGPtC8imVm83kqmTvY6NBHH17sFkDqBthIK7rPQ946qdC/WqKekAjr2dUzbn6bKfoOsM1fC9WezzmkbHUrv3kV/lmTW5VkjwZoj7SGXHSDsbRrEGhlbEjRv63jgaDtbtIxBqMPFpj3b6zBr16I/hIzSXyLwUmrq5CEK1jjpzsGSPOAP971tvuxtJiBt5w7lMZmW8H6WYYgzckOJUAAAAAAKLFlsEAAbECwBEAACxgqgM+MA2LAgAAAAABWVo=',
  ia64: '/Td6WFoAAAFpIt42AwEGBBAAAAAhARYAhMxY5OAIvwDrXQBz//wfDgF4sn6zxkWYcjNQq6kzD50kPtZbBGfCtnVQGBV540MqjAvr2HEVBem11YF2+3fcwXMluS+Zu0yLZVtb52JLTW25ImK761RsaN3N92QWqgpzjQdCeVLPFfWsholxFsLcmNsDiheS+pFGOyHjhMKhTkD60gHftN7ez7f28galr4Gr4SlW8LJ34yiBXsDzf3XMsXHKzWOCdi7EkZLEjxmALTy01u8e+/2L9yDswVv5xzG+9+kc+q5rv2TPi65tu3UkC6V+b/gCBHQ8wv0yCn64pxzhLdqSr40kAH5aAtsmFrGOv/f0NH0oAACixZbBAAGHAsARAACchInRPjANiwIAAAAAAVla',
  arm: '/Td6WFoAAAFpIt42AwEHBBAAAAAhARYAuqeaC+AIvwD7XQBz//wfDgF4sn6zxkWYcjNQsToEReIu7V1DBeAIC9nEteUwXz9I44LDpPx+EuN7LTJeQqGxdvFEBA2aSSY/Qk60XL6rE//ioa8vXGC0/a3VvdfywAUmChSo8klqttZvhkdGtvYO8g6eyI2KV3V55QkpIHo4JsNqPwcSZVWRpMobd/nwGGJ5Vowmr7qoumn50bu6cLCkYX7ge46L1b+XrcDuR7cXKAvTlaSAITbrorTcT2E3F4GGR+C5Utsr4HKfaTGqsf+kxFiDYv5K8/czyAcMnORN3e1xjlxi25zkJ0zac4zqFb+0hGoLvBRClktsw+gQ4+CjRnPu4ZMVAAAAosWWwQABlwLAEQAAB4Zf0j4wDYsCAAAAAAFZWg==',
  armthumb:
    '/Td6WFoAAAFpIt42AwEIBBAAAAAhARYAN/yR+uAIvwC1XQBz//wfDgF4sn6zxkWYcjNQq6kzD50kPtZbBGfCtnVQGBV540MqjAvr2HEVBem11YF2+3fcwXMluS+Zu0yLZVs4Mm9Uf9NPoSj0UzfOLMJ/LBCMZBhhPINAmQMwpPtOeDEZ3IootyMSB2m8FkWlnJwa9yUzQavqT5DBd/ragvEWR+8u5EgPS+A2W2m6VAwvRvAcn+BOtS1xtWBSJzYvc2POq+1OpAOBp2iI/vHJ1YWzVKXtYboAAAAAAKLFlsEAAdEBwBEAAKYV/kw+MA2LAgAAAAABWVo=',
  sparc:
    '/Td6WFoAAAFpIt42AwEJBBAAAAAhARYACZdTFeAIvwEjXQBz//wfDgF4sn6zxkWYcjNQq6kzD50kPtZbBGfCtnVP34/T29a6ukzeLOEtz+/5dS5Q2m4m5ACs6eEcyMl6HYY7TZs7FH3ADrAHqb/FcLUF5Quanj8CppcDy3qvXG3v1tsKL6v/rPXGyx1YPLyer4r3Pt5/5IBO6JNO+ZC9nFAX4heaeVgZKTrO/4GVr2s3pAKQhKysuDE0kHrKN/UoJ8IiYp5xnp2+lQYpaSOd/Il5K/MnWNRgSphyAJ+C53Vqu+MPdF1lW5fxxfO/FFk381XbgXR3TJ3Y8a2pbYTHbdYjzyoh4tLNvpqE5I1J5O/gPr6BfjIS2spJoyD8hrEC0lw3jclbKUHvwx1Txr4VzaJXtrNzM99gW8hNVTrzVaE1yTtZsZ8AAKLFlsEAAb8CwBEAAFwBoDk+MA2LAgAAAAABWVo=',
  arm64:
    '/Td6WFoAAAFpIt42AwEKBBAAAAAhARYACixk/uAIvwDMXQBz//wfDgF4sn6zxkWYcjNQq6kzD50kPtZbBThdAZxa/oC1ovSyw7cGVd7JMrEiC6g/PHEsNpFkNFWOF1Ivm6Uc8Uil0lpcUvt6qzv5tvBk1smnEp2lbKL4iHSqYyzkXsc7rWrziQWZZGzmYD1FMe+f17LrKJQ2kyDzwLIPHJmobIoBrs6RU1lc3onNE0A/RTcLyngA+vTwFbBvv41LtJCy5Bsbnstze5WcwtY0JNhRtZ8M+gXrP362XjAh2KCjfG6vgNhOCWISYd5ssAAAosWWwQAB6AHAEQAAw0OLbz4wDYsCAAAAAAFZWg==',
  delta:
    '/Td6WFoAAAFpIt42AgEDAQMhARaXj3H84Ai/AwpdAHP//B8BDFg3cOJ3hSRM3ZcKBW7IJpgRNZ56ng6plsrudhgbyCWieUUc58nanklVjgczzBv1rC6H903CB5A/MIbKf9gQkDH7oM0qUFKd7FYQzzVFv68QqEaCx8918SML82futrHdtbq0IwxJGy8pnSQfLCEl8M2hA4s7r0M1xxX6RqBa9bXJD0CRic0E9o61ZI9icZ2iN94gKYRmwlbECOV+ORzkBBvhcs/TfPAw66KSbgrY/IHTe2qV4mm5pD7DFZ1LgR16Hp+5OkdCcGLUEqfTO7BDXPcq4X3FeECLAHQWaDNkGI5dMRZQ422C131TdUKcvUR+PN3Uy+Fl2ZHTcl5wUxoDn/jcWEP9gLglrYOUv3VvnykJ9QvbokExgjB+kY1RCY4xwHZbKmwZiZjswEy4U/LaHzPt7vVKa1Iene7azixOogv8s+n2LwV8CE4nsHxRo4uDFHj8yvXzcrIBO6Fwm3j1zSB4w7z11h7fmUqb/SdePBKRuTQJp9QC0mnVPD80tXQmNaivEEz7g75bwL4ayuTas7SMiIqhd9ksN6Qw+U+LxcGtz54C87CVBoy8+/NtN5ZZWnNWgEvBB09r3W/7inwuSj60PdxPim1axaihy94jAanCu96MHSV+GlR/nIIYRybyf3rha6iVAw+FUr0aCsqFLBn9t3GH7hbttVcl8Yzi/TVjRcWyszvtoTqdLcO46pdInIC/dazEzmVJQ3F3NbokqEGU0OE1LgPGpm1L/I6DVGG/aCRTiwDJ/FpUljfwt0Tej+4phDrYgq2oKQ/Kze6IxDNpUcPiw5vU/eKYMDekMykF/ASvxZZIZSm+DjAUD4NR4cCR/KwG0OgGUUZRlxEdJvr9xADPypCxfzuESC/t17Es6GOHQSGf86cNInQKwcpCBKzrYUl9iCo5clW4QCfjS78c95YPiNcp9/MSrR9n7cAYtZemeG1OLAALLJ24nm51DE6BBE2u/eriNa2TcpKYFplF2mR1R0nDkBdy4usl77/Vzv/fk90Dsczb2tbS/8KDmE0JnwAAAACixZbBAAGiBsARAADZtmhzPjANiwIAAAAAAVla',
};
// 7z a -m0=BCJ2 -m1=Copy -m2=Copy -m3=Copy of CODE; the main stream deflated.
const BCJ2 = {
  main: inflateSync(
    packed(
      'eNqN1S1SA1EQhdF+hJ+QAWaADUVGsiMMC4hAssChYiIicI9Q1QeoIJrrPtF1ZM/b93nfex9fphha7N4idpFrEa/rRWz1fvwYDtGb3kRrm1h99/p48dy7jCl+tmzxNB+t306zdCTHOMbRlXOW42iO5miOrpxFjqM5mqM5unLOcxzN0RzN0ZVzkeNojuZojq6cyxxHczRHc3TlXOU4mqM5mqMrZ5njaI7maI6unOscR3M0R3N05axyHM3RHM3RlTPkOJqjOZqjK+cmx9EczdEcXTm3OY7maI7m6Mq5y3E0R3M0R1fOmONojuZojq6cKcfRHM3RHF059zmO5miO5ug/ztfnPLEecizN0izN0v+xHnMszdIszdKn1if45lif',
    ),
  ),
  call: packed(
    'AAABBQAAAXUAAABsAAAB5QAAANwAAAJVAAABTAAAAsUAAAG8AAADNQAAAiwAAAOlAAACnAAABBUAAAMMAAAEhQAAA3wAAAT1AAAD7AAABWUAAARcAAAF1QAABMwAAAZFAAAFPAAABrUAAAWsAAAHJQAABhwAAAeVAAAGjAAACAUAAAb8AAAIdQAAB2wAAAfcAAAITA==',
  ),
  range: packed('AIrQ/gsEhK0M55r+'),
};

const MOST = 1 << 20;
const CASES: readonly (readonly [string, Codec, Buffer, Buffer])[] = [
  ['lzma', lzmaAlone, packed(OF_TEXT.lzma), TEXT],
  ['lzma with other properties', lzmaAlone, packed(OF_TEXT.lzmaOdd), TEXT],
  ['lzma2', lzma2, packed(OF_FAR.lzma2), FAR],
  ['xz', xz, packed(OF_TEXT.xz), TEXT],
  ['xz in blocks', xz, packed(OF_TEXT.xzBlocks), TEXT],
  ['bzip2', bzip2, packed(OF_TEXT.bzip2), TEXT],
  ['bzip2, randomised', bzip2, packed(OF_TEXT.bzip2Random), TEXT],
  ['compress', unixCompress, packed(OF_TEXT.Z), TEXT],
  ['deflate64', deflate64, packed(OF_FAR.deflate64), FAR],
  ...Object.entries(OF_CODE).map(([name, base64]) => [`xz with ${name}`, xz, packed(base64), CODE] as const),
];

for (const [name, codec, bytes, expected] of CASES) {
  test(`${name}: all of it, exactly as much as there is room for, and no more`, () => {
    assert.deepEqual(codec(bytes, MOST), { bytes: expected, used: bytes.length, why: null });
    assert.deepEqual(codec(bytes, expected.length), { bytes: expected, used: bytes.length, why: null });
    for (const most of [0, 100, expected.length - 1]) {
      const { bytes: out, why } = codec(bytes, most);
      assert.equal(why, 'too_large');
      assert.ok(out.length <= most && (codec !== xz && codec !== bzip2 && codec !== lzma2 ? out.length === most : true));
    }
  });

  test(`${name}: cut anywhere, what came before is given`, () => {
    let longest = 0;
    for (let end = 0; end < bytes.length - 1; end += Math.ceil(bytes.length / 60)) {
      const { bytes: out, used, why } = codec(bytes.subarray(0, end), MOST);
      // A compress file has no end that could be missed, but it has a head.
      assert.equal(why, codec === unixCompress && end >= 3 ? null : 'damaged', `${end}`);
      assert.ok(used <= end);
      // Branch filters leave what is near the end alone.
      const sure = Math.max(0, out.length - 16);
      assert.ok(expected.subarray(0, sure).equals(out.subarray(0, sure)));
      longest = Math.max(longest, out.length);
    }
    assert.ok(codec === bzip2 || longest > expected.length / 2);
  });

  test(`${name}: no bytes break it`, () => endsOnAnything(codec, bytes));
}

/** Wrong bytes: it ends, gives no more than it may, and uses no more than there is. */
function endsOnAnything(codec: Codec, good: Buffer): void {
  const random = randomFrom(good.length);
  for (let round = 0; round < 300; round++) {
    const bytes = Buffer.from(good);
    for (let n = 1 + Math.floor(random() * 6); n > 0; n--)
      bytes[Math.floor((round % 2 === 0 ? random() : random() ** 4) * bytes.length)] = Math.floor(random() * 256);
    const { bytes: out, used, why } = codec(round % 5 === 0 ? bytes.subarray(0, Math.floor(random() * bytes.length)) : bytes, 200_000);
    assert.ok(out.length <= 200_000 && used <= bytes.length && (why === null || why.length > 0));
  }
}

test('several streams behind one another, padding, and something else behind them', () => {
  const two = packed(OF_TEXT.bzip2);
  const behind = Buffer.from('something else');
  const double = Buffer.concat([TEXT, TEXT]);
  assert.deepEqual(bzip2(Buffer.concat([two, two, behind]), MOST), { bytes: double, used: two.length * 2, why: null });
  const one = packed(OF_TEXT.xz);
  assert.deepEqual(xz(Buffer.concat([one, Buffer.alloc(8), one, behind]), MOST), { bytes: double, used: one.length * 2 + 8, why: null });
});

test('a wrong checksum is damage, and the bytes are given', () => {
  const wrongBlock = packed(OF_TEXT.bzip2);
  wrongBlock[10]! ^= 1;
  assert.deepEqual(bzip2(wrongBlock, MOST), { bytes: TEXT, used: wrongBlock.length, why: 'damaged' });
  const wrongCheck = packed(OF_TEXT.xz);
  wrongCheck[wrongCheck.length - 28 + 1]! ^= 1;
  wrongCheck[wrongCheck.length - 12 - 8 - 4 - 1]! ^= 1;
  assert.deepEqual([xz(wrongCheck, MOST).bytes, xz(wrongCheck, MOST).why], [TEXT, 'damaged']);
  const wrongIndex = packed(OF_TEXT.xzBlocks);
  wrongIndex[wrongIndex.length - 14]! ^= 1;
  assert.deepEqual([xz(wrongIndex, MOST).bytes, xz(wrongIndex, MOST).why], [TEXT, 'damaged']);
});

test('an .xz filter that is not known is a method', () => {
  const other = packed(OF_CODE.x86);
  other[14] = 0x0f;
  const size = (other[12]! + 1) * 4;
  other.writeUInt32LE(crc32(other.subarray(12, 12 + size - 4)), 12 + size - 4);
  assert.deepEqual(xz(other, MOST).why, 'method');
});

test('LZMA ends by its size, by its marker, or by both; a size that lies is damage', () => {
  const file = packed(OF_TEXT.lzma);
  const properties = readLzmaProperties(file.subarray(0, 5));
  assert.ok(properties && isLzmaAlone(file) && !isLzmaAlone(TEXT));
  const raw = (size: number | null, bytes = file.subarray(13)): Unpacked => lzmaRaw(properties, bytes, MOST, size);
  assert.deepEqual(raw(null), { bytes: TEXT, used: file.length - 13, why: null });
  assert.deepEqual(raw(TEXT.length), { bytes: TEXT, used: file.length - 13, why: null });
  assert.deepEqual([raw(500).bytes, raw(500).why], [TEXT.subarray(0, 500), 'damaged']);
  assert.deepEqual([raw(5_000).bytes, raw(5_000).why], [TEXT, 'damaged']);
  assert.equal(lzmaRaw({ ...properties, lc: 9 }, file.subarray(13), MOST, null).why, 'method');
  assert.equal(readLzmaProperties(Buffer.from([225, 0, 0, 0, 0])), null);
});

test('no header makes it allocate: sizes of terabytes, a dictionary of 4 GiB', () => {
  const file = packed(OF_TEXT.lzma);
  file.writeUInt32LE(0xffff_ffff, 1);
  file.writeBigUInt64LE(1n << 41n, 5);
  const before = process.memoryUsage().arrayBuffers;
  const { bytes, why } = lzmaAlone(file, 1 << 30);
  assert.deepEqual([bytes, why], [TEXT, 'damaged']);
  assert.ok(process.memoryUsage().arrayBuffers - before < MOST);
});

test('BCJ2: four streams; what is left over in one of them is damage', () => {
  const { main, call, range } = BCJ2;
  const none = Buffer.alloc(0);
  assert.deepEqual(bcj2(main, call, none, range, MOST), { bytes: CODE, used: main.length, why: null });
  assert.equal(bcj2(main, call, none, range, CODE.length - 1).why, 'too_large');
  assert.equal(bcj2(main, call.subarray(4), none, range, MOST).why, 'damaged');
  assert.equal(bcj2(main, call, Buffer.alloc(4), range, MOST).why, 'damaged');
  assert.equal(bcj2(main, call, none, range.subarray(0, 9), MOST).why, 'damaged');
  for (const which of ['main', 'call', 'range'] as const)
    endsOnAnything((bytes, most) => {
      const all = { ...BCJ2, [which]: bytes };
      return { ...bcj2(all.main, all.call, none, all.range, most), used: 0 };
    }, BCJ2[which]);
});

test('filters work on a copy', () => {
  const code = Buffer.from('e805000100909090', 'hex');
  assert.equal(bcjX86(code).toString('hex'), 'e800000100909090');
  assert.equal(code[1], 5);
  assert.deepEqual([...delta(2)(Buffer.from([1, 2, 3, 4, 5]))], [1, 2, 4, 6, 9]);
});

test('deflate64 reads Deflate without its longest matches', () => {
  for (const level of [0, 1, 9]) assert.deepEqual(deflate64(deflateRawSync(TEXT, { level }), MOST).bytes, TEXT);
});

test('compress: kinds of heads', () => {
  const file = packed(OF_TEXT.Z);
  assert.ok(isUnixCompress(file));
  file[2] = 0x80 | 20;
  assert.ok(!isUnixCompress(file));
  assert.equal(unixCompress(file, MOST).why, 'method');
  assert.equal(unixCompress(Buffer.from('1f9d', 'hex'), MOST).why, 'damaged');
});
