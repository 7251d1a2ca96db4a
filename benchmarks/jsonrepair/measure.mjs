// node measure.mjs FILE...: repairs each file over and over, and prints the microseconds of CPU time of one repair
// in the best of the rounds.
import { readFileSync } from 'node:fs'
import { jsonrepair } from 'jsonrepair'

const WARM_UP_MS = 3000
const ROUND_MS = 500
const ROUNDS = 10

function round(text, ms) {
  const used = process.cpuUsage()
  const begun = process.hrtime.bigint()
  const limit = begun + BigInt(ms) * 1_000_000n
  let count = 0
  let now = begun
  while (now < limit) {
    jsonrepair(text)
    count++
    now = process.hrtime.bigint()
  }
  const { user, system } = process.cpuUsage(used)
  return (user + system) / count
}

for (const file of process.argv.slice(2)) {
  const text = readFileSync(file, 'utf8')
  JSON.parse(jsonrepair(text))
  round(text, WARM_UP_MS)
  let best = Infinity
  for (let i = 0; i < ROUNDS; i++) best = Math.min(best, round(text, ROUND_MS))
  console.log(best)
}
