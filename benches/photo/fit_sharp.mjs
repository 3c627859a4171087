// photo.fit as its users write it with sharp: shrink on load, turn, then bisect the quality. CPU ms of the process.
import { readFileSync } from 'node:fs'
import sharp from 'sharp'

const ROUNDS = 31
sharp.concurrency(1)
sharp.cache(false)

async function fit(data) {
  const { data: pixels, info } = await sharp(data)
    .rotate()
    .resize(800, 800, { fit: 'inside', withoutEnlargement: true })
    .raw()
    .toBuffer({ resolveWithObject: true })
  let [low, high, best, last] = [20, 95, null, null]
  for (let round = 0; round < 6; round++) {
    const quality = (low + high) >> 1
    last = await sharp(pixels, { raw: info }).jpeg({ quality }).toBuffer()
    if (last.length > 20000) high = quality - 1
    else {
      low = quality + 1
      best = last
      if (best.length >= 16000) break
    }
  }
  return best ?? last
}

const data = readFileSync(process.argv[2])
const times = []
let result
for (let round = 0; round < ROUNDS; round++) {
  const before = process.cpuUsage()
  result = await fit(data)
  const { user, system } = process.cpuUsage(before)
  times.push((user + system) / 1e3)
}
times.sort((a, b) => a - b)
const median = times[ROUNDS >> 1]
console.error(
  `sharp: ${median.toFixed(2)} ms CPU (median of ${ROUNDS}; best ${times[0].toFixed(2)}), ${result.length} bytes`,
)
console.log(`@ fit a 12-megapixel photo\tsharp\t${(median * 1e3).toFixed(1)}`)
