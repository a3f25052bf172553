// Passwords of many kinds, and what the npm package zxcvbn 4.4.2 says of them:
// one JSON array a line, [password, known words, guesses, score, warning], after a line
// with the version and the year. Arguments: seed, count. NODE_PATH names where packages are.
'use strict';

const zxcvbn = require('zxcvbn');
const { version } = require('zxcvbn/package.json');
const lists = require('zxcvbn/lib/frequency_lists.js');

if (process.argv[2] === '--check') process.exit(version === '4.4.2' ? 0 : 1);
// Half of a pair of UTF-16 becomes the replacement character, as JSON has none.
const wellFormed = (text) => Buffer.from(text).toString();
const [seed, count] = process.argv.slice(2).map(Number);
let state = seed >>> 0;

// Mulberry32: the same passwords for the same seed.
function below(end) {
  state = (state + 0x6d2b79f5) >>> 0;
  let t = state;
  t = Math.imul(t ^ (t >>> 15), t | 1);
  t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
  return ((t ^ (t >>> 14)) >>> 0) % end;
}
const of = (items) => items[below(items.length)];
const times = (least, most, make) =>
  Array.from({ length: least + below(most - least + 1) }, make).join('');

const names = Object.keys(lists);
const word = () => {
  const list = lists[of(names)];
  // Frequent words are in use more often.
  return list[below(below(3) ? Math.min(list.length, 2000) : list.length)];
};
const signs = { a: '4@', b: '8', c: '({[<', e: '3', g: '69', i: '1!|', l: '1|7', o: '0', s: '$5', t: '+7', x: '%', z: '2' };
const leet = (text) => {
  const always = below(2);
  return text.replace(/[a-z]/g, (c) => (signs[c] && (always || below(2)) ? of(signs[c]) : c));
};
const capitals = (text) => {
  switch (below(5)) {
    case 0: return text[0].toUpperCase() + text.slice(1);
    case 1: return text.toUpperCase();
    case 2: return text.slice(0, -1) + text.slice(-1).toUpperCase();
    case 3: return text.replace(/./g, (c) => (below(3) ? c : c.toUpperCase()));
    default: return text;
  }
};
const pad = (n) => (below(2) ? String(n) : String(n).padStart(2, '0'));
const year = () => (below(3) ? String(1930 + below(121)) : pad(below(100)));
const date = () => {
  const separator = of(['', '', '/', '-', '.', '_', ' ', '\\']);
  const parts = [pad(1 + below(31)), pad(1 + below(12))];
  if (below(2)) parts.reverse();
  if (below(3)) parts.push(year()); else parts.unshift(year());
  return parts.join(separator);
};
const rows = ['`1234567890-=', 'qwertyuiop[]\\', "asdfghjkl;'", 'zxcvbnm,./', '789456123', "',.pyfgcrl/=", 'aoeuidhtns-'];
const shift = { 1: '!', 2: '@', 3: '#', 4: '$', 5: '%', 6: '^', 7: '&', 8: '*', 9: '(', 0: ')' };
const walk = () => {
  let [row, at] = [below(4), below(9)];
  let text = rows[row][at];
  for (let left = 2 + below(8); left > 0; left--) {
    if (below(4) === 0) row = Math.min(3, Math.max(0, row + (below(2) ? 1 : -1)));
    else at = Math.min(rows[row].length - 1, Math.max(0, at + (below(5) ? 1 : -1)));
    const key = rows[row][at] || '';
    text += below(6) ? key : shift[key] || key.toUpperCase();
  }
  return below(4) ? text : of(rows).slice(below(3), 4 + below(6));
};
const sequence = () => {
  const first = of([97, 65, 48, 49, 0x430, 97 + below(20), 48 + below(8)]);
  const step = of([1, 1, 1, -1, 2, 3, -2]);
  return times(3, 7, (_, at) => String.fromCharCode(Math.max(33, first + at * step)));
};
const printable = (_) => String.fromCharCode(33 + below(94));
const random = () => times(1, 12, printable);
const few = () => {
  const letters = times(2, 4, printable);
  return times(3, 20, () => of(letters));
};
const repeat = () => {
  const piece = of([printable, word, () => times(1, 4, printable), date, walk])();
  return piece.repeat(2 + below(4)).slice(0, 60);
};
const other = () => of(['é', 'ß', 'Ü', '漢字', '😀', 'пароль', 'Ω', 'ñ', '\n', ' ', 'İ'.slice(1)]);
const number = () => String(below(10 ** (1 + below(6))));
const reversed = () => word().split('').reverse().join('');

const parts = [
  word, word, word, word, () => leet(word()), () => leet(word()), () => capitals(word()),
  () => capitals(leet(word())), reversed, date, year, walk, sequence, random, repeat, few, number,
  () => of(' -_.!?#*1'.split('')), other,
];
const password = () => times(1, of([1, 2, 2, 3, 3, 4, 6]), () => of(parts)()).slice(0, 100);

console.log(JSON.stringify([version, new Date().getFullYear()]));
for (let left = count; left > 0; left--) {
  // No half of a character.
  const text = wellFormed(password());
  const known = below(8) ? [] : [word(), 'alice', 'Liverpool', wellFormed(text.slice(0, 4))].slice(below(4));
  const { guesses, score, feedback } = zxcvbn(text, known);
  console.log(JSON.stringify([text, known, guesses, score, feedback.warning || '']));
}
