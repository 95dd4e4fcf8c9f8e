import { type AST, RegExpParser } from '@eslint-community/regexpp';
import { type CharSet, complement, EVERY_UNIT, union } from './charset.ts';

/**
 * A regular expression, reduced to what decides its language: no captures, no greediness.
 * The only module that knows regexpp; load it when an automaton is really needed.
 */
export type Regex =
  | { kind: 'chars'; set: CharSet }
  | { kind: 'choice'; options: Regex[][] }
  | { kind: 'repeat'; body: Regex; min: number; max: number }
  | { kind: 'lookahead'; negate: boolean; options: Regex[][] }
  | { kind: 'start' }
  | { kind: 'end' };

/** What keeps an expression from being an automaton, as the end of "it uses ...". */
export interface Unsupported {
  unsupported: string;
}

/** Reads the source of an expression that has at most the flag `s`. */
export function readRegex(source: string): Regex[][] | Unsupported {
  try {
    const pattern = new RegExpParser().parsePattern(source, 0, source.length, { unicode: false });
    return pattern.alternatives.map(sequence);
  } catch (error) {
    return { unsupported: error instanceof Construct ? error.message : 'an expression that cannot be read' };
  }
}

/** The expression that matches one text. */
export const wordOf = (text: string): Regex[] => [{ kind: 'start' }, ...unitsOf(text), { kind: 'end' }];

/** The expression that matches all that lies in a folder. */
export function inFolder(folder: string): Regex[] {
  const something: Regex = { kind: 'chars', set: EVERY_UNIT };
  return [
    { kind: 'start' },
    ...unitsOf(`${folder}/`),
    { kind: 'repeat', body: something, min: 1, max: Infinity },
    { kind: 'end' },
  ];
}

const unitsOf = (text: string): Regex[] =>
  Array.from({ length: text.length }, (_, i) => ({
    kind: 'chars',
    set: [text.charCodeAt(i), text.charCodeAt(i)],
  }));

class Construct extends Error {}

const sequence = (alternative: AST.Alternative): Regex[] => alternative.elements.map(element);

function element(node: AST.Element): Regex {
  switch (node.type) {
    case 'Character':
      return { kind: 'chars', set: [node.value, node.value] };
    case 'CharacterSet':
      return { kind: 'chars', set: characterSet(node) };
    case 'CharacterClass':
      return { kind: 'chars', set: characterClass(node) };
    case 'Group':
    case 'CapturingGroup':
      return { kind: 'choice', options: node.alternatives.map(sequence) };
    case 'Quantifier':
      return { kind: 'repeat', body: element(node.element), min: node.min, max: node.max };
    case 'Assertion':
      return assertion(node);
    case 'Backreference':
      throw new Construct('a back-reference');
    default:
      throw new Construct(`a ${node.type}`);
  }
}

function assertion(node: AST.Assertion): Regex {
  switch (node.kind) {
    case 'start':
    case 'end':
      return { kind: node.kind };
    case 'lookahead':
      return { kind: 'lookahead', negate: node.negate, options: node.alternatives.map(sequence) };
    default:
      throw new Construct(node.kind === 'word' ? 'a word boundary' : 'a look-behind');
  }
}

function characterClass(node: AST.CharacterClass): CharSet {
  const ranges: [number, number][] = [];
  for (const member of node.elements) {
    if (member.type === 'Character') ranges.push([member.value, member.value]);
    else if (member.type === 'CharacterClassRange') ranges.push([member.min.value, member.max.value]);
    else if (member.type === 'CharacterSet') ranges.push(...pairs(characterSet(member)));
    else throw new Construct(`a ${member.type}`);
  }
  const set = union(ranges);
  return node.negate ? complement(set) : set;
}

const DIGIT: CharSet = [48, 57];
const WORD = union([...pairs(DIGIT), [65, 90], [95, 95], [97, 122]]);
/** ECMAScript's WhiteSpace and LineTerminator. */
const SPACE = union([
  [9, 13],
  [32, 32],
  [0xa0, 0xa0],
  [0x1680, 0x1680],
  [0x2000, 0x200a],
  [0x2028, 0x2029],
  [0x202f, 0x202f],
  [0x205f, 0x205f],
  [0x3000, 0x3000],
  [0xfeff, 0xfeff],
]);

function characterSet(node: AST.CharacterSet): CharSet {
  if (node.kind === 'any') return EVERY_UNIT;
  if (node.kind === 'property') throw new Construct('a Unicode property');
  const set = { digit: DIGIT, word: WORD, space: SPACE }[node.kind];
  return node.negate ? complement(set) : set;
}

function pairs(set: CharSet): [number, number][] {
  return Array.from({ length: set.length / 2 }, (_, i) => [set[2 * i] as number, set[2 * i + 1] as number]);
}
