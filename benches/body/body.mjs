// The body of one encrypted compare as one writes it in Node: crypto, Buffer, encodeURIComponent.

import { createCipheriv, createHash, randomFillSync } from 'node:crypto'

function sealed(key, plain) {
  const cipher = createCipheriv('aes-128-ecb', key, null)
  return Buffer.concat([cipher.update(plain), cipher.final()]).toString('base64')
}

function body(openid, photo) {
  const key = createHash('md5').update(openid).digest('hex').slice(0, 16)
  const fields = {
    key: 'sandbox-juhe-key',
    idcard: sealed(key, '110101180001010015'),
    realname: sealed(key, '王小二'),
    image: sealed(key, photo.toString('base64')),
  }
  return Buffer.from(
    Object.entries(fields)
      .map(([name, value]) => `${name}=${encodeURIComponent(value)}`)
      .join('&'),
  )
}

const median = (values) => values.sort((a, b) => a - b)[values.length >> 1]

for (const [size, length, count, rounds, calls] of [
  ['20 KB', 20 << 10, 32, 21, 320],
  ['100 KB', 100 << 10, 16, 11, 64],
  ['7.5 MB', 7_500_000, 2, 5, 2],
]) {
  const photos = Array.from({ length: count }, () => {
    const photo = randomFillSync(Buffer.alloc(length))
    photo.set([0xff, 0xd8, 0xff, 0xe0])
    return photo
  })
  const used = []
  for (let round = 0; round <= rounds; round++) {
    // Of the process: the collector's threads work for the caller too.
    const cpu = process.cpuUsage()
    for (let index = 0; index < calls; index++) body('JHsandbox0openid', photos[index % count])
    const { user, system } = process.cpuUsage(cpu)
    used.push((user + system) / calls)
  }
  console.log(`@ body, encrypted, ${size}\tNode, encodeURIComponent\t${median(used.slice(1)).toFixed(2)}`)
}
