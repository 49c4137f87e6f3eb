// SPDX-License-Identifier: LGPL-2.1-or-later
// Usage: node compare.mjs RNNTOOL MODEL FILE.tsv…
//
// F1 of persons by token and by exact span, counted for compromise as rnntool
// counts it for a model. compromise reads each sentence alone and whole, its
// tokens joined by spaces, the way that suits it. What its people() holds beside
// a name by the labels of these files is taken away in its favour: titles in
// front, punctuation and 's at either end.
import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { basename, dirname } from 'node:path'
import nlp from 'compromise'

const isWord = (token) => /[\p{L}\p{N}]/u.test(token)
const isEdge = (token) => !isWord(token) || /^['’]s$/i.test(token)

function readSentences (path) {
  return readFileSync(path, 'utf8').split(/\n\s*\n/).map((block) =>
    block.split('\n').filter((line) => line.includes('\t'))
      .map((line) => line.trimEnd().split('\t')))
    .filter((sentence) => sentence.length > 0)
}

const asRecogniser = (sentence) =>
  sentence.filter(([token]) => isWord(token))
    .map(([token, tag]) => [token.toLowerCase(), tag])

// [first, end) of each run of B-PER I-PER …
function goldSpans (sentence) {
  const spans = []
  sentence.forEach(([, tag], i) => {
    const last = spans.at(-1)
    if (tag === 'I-PER' && last && last[1] === i) last[1] = i + 1
    else if (tag.endsWith('-PER')) spans.push([i, i + 1])
  })
  return spans
}

// Characters of the terms of a person, without titles in front.
function characters (person) {
  const terms = person.terms.filter((term, i) =>
    i > 0 || !term.tags.includes('Honorific'))
  if (terms.length === 0) return null
  const first = terms[0].offset, last = terms.at(-1).offset
  return [first.start, last.start + last.length]
}

function foundSpans (tokens) {
  const starts = []
  let text = ''
  for (const token of tokens) {
    if (text) text += ' '
    starts.push(text.length)
    text += token
  }
  const touches = (i, [start, end]) =>
    starts[i] < end && starts[i] + tokens[i].length > start
  const spans = []
  for (const person of nlp(text).people().json({ offset: true, terms: { offset: true } })) {
    const place = characters(person)
    if (!place) continue
    let covered = tokens.map((_, i) => i).filter((i) => touches(i, place))
    while (covered.length && isEdge(tokens[covered.at(-1)])) covered.pop()
    while (covered.length && isEdge(tokens[covered[0]])) covered.shift()
    if (covered.length) spans.push([covered[0], covered.at(-1) + 1])
  }
  return spans
}

const f1 = ({ right, found, gold }) => found + gold ? 2 * right / (found + gold) : 0

function add (count, found, gold) {
  count.found += found.size
  count.gold += gold.size
  for (const item of found) count.right += gold.has(item)
}

function measureCompromise (sentences) {
  const token = { right: 0, found: 0, gold: 0 }
  const span = { right: 0, found: 0, gold: 0 }
  const cover = (spans) => new Set(spans.flatMap(([first, end]) =>
    Array.from({ length: end - first }, (_, i) => first + i)))
  for (const sentence of sentences) {
    const gold = goldSpans(sentence)
    const found = foundSpans(sentence.map(([word]) => word))
    add(token, cover(found), cover(gold))
    add(span, new Set(found.map(String)), new Set(gold.map(String)))
  }
  return [f1(token), f1(span)]
}

function measureModel (rnntool, model, path, lowercase) {
  const options = ['eval', '--model', model, '--data', path, '--json']
  const json = JSON.parse(execFileSync(rnntool,
    lowercase ? [...options, '--lowercase'] : options))
  return [json.token.f1, json.span.f1]
}

const [rnntool, model, ...paths] = process.argv.slice(2)
const format = (values) => values.map((v) => (100 * v).toFixed(1).padStart(8)).join('')
const print = (name, [t, s, token, span]) =>
  console.log(name.padEnd(28) + format([t, s]) + '    ' + format([token, span]) +
    '    ' + format([token - t, span - s]))
console.log('F1'.padEnd(28) + 'compromise'.padStart(16) + basename(model, '.safetensors').padStart(20) + 'ahead by'.padStart(20))
console.log(''.padEnd(28) + '   token    span       token    span       token    span')
const all = []
for (const path of paths)
  for (const lowercase of [false, true]) {
    const sentences = readSentences(path)
    const theirs = measureCompromise(lowercase ? sentences.map(asRecogniser) : sentences)
    const ours = measureModel(rnntool, model, path, lowercase)
    all.push([...theirs, ...ours])
    const name = basename(dirname(path)).padEnd(14) + (lowercase ? 'lower-cased' : 'cased')
    print(name, [...theirs, ...ours])
  }
const mean = all[0].map((_, i) => all.reduce((sum, row) => sum + row[i], 0) / all.length)
print('mean', mean)
const isAhead = ([t, s, token, span]) => token > t && span > s
console.log(`\nahead by token and by span on ${all.filter(isAhead).length} of ${all.length}`)
