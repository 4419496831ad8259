import { readFileSync } from 'node:fs'
import { beforeAll, describe, expect, it } from 'vitest'
import { createShopWorld, type TestWorld } from '../network/shop-world.ts'

interface Recorded {
  script: string
  stdout: string
  stderr: string
  exitCode: number
}

const RECORDED: Recorded[] = JSON.parse(readFileSync(new URL('../../data/shell/dash.json', import.meta.url), 'utf8'))
const MULTITOOL = 'hipstershop/multitool'

describe('the shell in pods', () => {
  let world: TestWorld
  beforeAll(() => {
    world = createShopWorld()
    world.addPod('default', 'debian', 'debian:12')
  })

  it.each(RECORDED)('does what dash does: $script', async ({ script, stdout, stderr, exitCode }) => {
    expect(await world.sh('default/debian', script)).toMatchObject({ stdout, stderr, code: exitCode })
  })

  it.each([
    ['nosuch', 'sh: nosuch: not found\n', 127],
    ['echo )', 'sh: syntax error: unexpected ")"\n', 2],
    ['echo "a', 'sh: syntax error: unterminated quoted string\n', 2],
    ['if true; then echo a', 'sh: syntax error: unexpected end of file (expecting "fi")\n', 2],
    ['echo a > /nodir/x', "sh: can't create /nodir/x: nonexistent directory\n", 1],
    ['cat < /nosuch', "sh: can't open /nosuch: no such file\n", 1],
    ['cat /nosuch', "cat: can't open '/nosuch': No such file or directory\n", 1],
    ['cd /nosuch', "sh: cd: can't cd to /nosuch: No such file or directory\n", 1],
  ])('speaks as ash on Alpine: %s', async (script, stderr, code) => {
    expect(await world.sh(MULTITOOL, script)).toMatchObject({ stdout: '', stderr, code })
  })

  it('runs a text the second time as the first, a mistake after the lines before it', async () => {
    const counting = 'i=0\nfor x in a b; do i=$((i+1)); echo $x$i; done &\nwait; echo "$i"'
    const mistaken = 'echo before\nif true; then echo a'
    for (let round = 0; round < 2; round++) {
      expect(await world.sh(MULTITOOL, counting)).toMatchObject({ stdout: 'a1\nb2\n0\n', stderr: '', code: 0 })
      expect(await world.sh(MULTITOOL, mistaken)).toMatchObject({
        stdout: 'before\n',
        stderr: 'sh: syntax error: unexpected end of file (expecting "fi")\n',
        code: 2,
      })
    }
  })

  it('gives programs the environment as it stands when they start', async () => {
    const script = [
      'export A=1',
      '(export A=2; B=3; export B; env | grep -E "^(A|B)=" | sort; unset A; env | grep -c "^A=")',
      'A=4 env | grep ^A=; env | grep ^A=; A=5; env | grep ^A=; env | grep -c "^B="',
    ].join('\n')
    const { stdout } = await world.sh(MULTITOOL, script)
    expect(stdout.split('\n').slice(0, -1)).toEqual(['A=2', 'B=3', '0', 'A=4', 'A=1', 'A=5', '0'])
  })

  it('expands in order, command substitutions among the rest', async () => {
    // biome-ignore lint/suspicious/noTemplateCurlyInString: the shell's own.
    const script = 'set -f; echo ${x:=5}$(echo $x)${y:-$(echo 6)}"$(echo "a  b")" ${x:+z$((x+1))} $(echo p q) ""$nil'
    expect(await world.sh(MULTITOOL, script)).toMatchObject({ stdout: '556a  b z6 p q \n' })
  })

  it('speaks as bash where that is asked for', async () => {
    expect(await world.exec(MULTITOOL, ['bash', '-c', 'nosuch'])).toMatchObject({
      stderr: 'bash: line 1: nosuch: command not found\n',
      code: 127,
    })
  })

  it('connects through /dev/tcp in bash, and only there', async () => {
    const script = 'echo > /dev/tcp/redis-cart/6379 && echo open'
    expect(await world.exec(MULTITOOL, ['bash', '-c', script])).toMatchObject({ stdout: 'open\n', stderr: '', code: 0 })
    expect(await world.exec(MULTITOOL, ['timeout', '3', 'bash', '-c', '</dev/tcp/redis-cart/7777'])).toMatchObject({
      code: 143,
    })
    expect(await world.exec(MULTITOOL, ['bash', '-c', '</dev/tcp/localhost/81'])).toMatchObject({
      stderr: 'bash: line 1: connect: Connection refused\nbash: line 1: /dev/tcp/localhost/81: Connection refused\n',
      code: 1,
    })
    expect(await world.sh(MULTITOOL, script)).toMatchObject({
      stderr: "sh: can't create /dev/tcp/redis-cart/6379: nonexistent directory\n",
      code: 1,
    })
  })

  it('has a read-only root in the shop, and a place to write in the multitool', async () => {
    expect(await world.sh('hipstershop/redis-cart', 'echo a >/tmp/o')).toMatchObject({
      stderr: "sh: can't create /tmp/o: Read-only file system\n",
      code: 1,
    })
    expect(await world.sh(MULTITOOL, 'echo a >/tmp/o; cat /tmp/o')).toMatchObject({ stdout: 'a\n', code: 0 })
    expect(await world.sh(MULTITOOL, 'cat /tmp/o')).toMatchObject({ stdout: 'a\n' })
  })

  it('starts nothing in an image without a shell, with the runtime’s words', async () => {
    expect(await world.sh('hipstershop/cartservice', 'nc -zv a 1')).toMatchObject({
      code: null,
      notStarted: 'exec: "sh": executable file not found in $PATH',
    })
    expect(await world.exec('hipstershop/cartservice', ['/bin/sh'])).toMatchObject({
      notStarted: 'exec: "/bin/sh": stat /bin/sh: no such file or directory',
    })
    expect(await world.exec(MULTITOOL, ['nosuch'])).toMatchObject({
      notStarted: 'exec: "nosuch": executable file not found in $PATH',
    })
  })

  it('shows the pod its own world', async () => {
    const { stdout } = await world.sh(
      MULTITOOL,
      'hostname; hostname -i; cat /etc/resolv.conf; ip addr | grep -o "inet [0-9.]*/32"; ps | head -2 | tail -1; id -u; echo $HOSTNAME',
    )
    const ip = world.store.get('pods', 'hipstershop', 'multitool')?.status?.podIP
    expect(stdout.split('\n')).toEqual([
      'multitool',
      ip,
      'search hipstershop.svc.cluster.local svc.cluster.local cluster.local',
      'nameserver 10.96.0.10',
      'options ndots:5',
      `inet ${ip}/32`,
      '    1 root     0:00 nginx: master process nginx -g daemon off;',
      '0',
      'multitool',
      '',
    ])
  })

  it('runs background jobs at the same time', async () => {
    const slow = createShopWorld({ scale: 0.1 })
    const started = performance.now()
    const jobs = Array.from({ length: 11 }, (_, n) => `p ${n} 192.0.2.77 7070 &`).join('\n')
    const { stdout } = await slow.sh(
      MULTITOOL,
      `p(){ o=$(nc -zvw 3 "$2" "$3" 2>&1); printf '%s %s %s\\n' "@$1" "$?" "$o"; }\n${jobs}\nwait; echo all`,
    )
    const lines = stdout.trim().split('\n')
    expect(lines).toHaveLength(12)
    expect(lines[0]).toBe('@0 1 nc: 192.0.2.77 (192.0.2.77:7070): Operation timed out')
    // One after another they would need 3.3 s.
    expect(performance.now() - started).toBeLessThan(2500)
  })

  it('survives scripts that never end: they stop with their exec', async () => {
    const stop = new AbortController()
    setTimeout(() => stop.abort(new Error('gone')), 30)
    expect(await world.sh(MULTITOOL, 'while :; do x=$((x+1)); done', { signal: stop.signal })).toMatchObject({
      code: 137,
    })
    expect(await world.sh(MULTITOOL, 'x=aaaaaaaa; while :; do x=$x$x; done')).toMatchObject({ code: 137 })
    expect(await world.sh(MULTITOOL, 'yes | head -n 2')).toMatchObject({ stdout: 'y\ny\n', code: 0 })
    expect(await world.sh(MULTITOOL, 'f() { f; }; f')).toMatchObject({ code: 2 })
    expect(await world.sh(MULTITOOL, `${'('.repeat(3000)}:${')'.repeat(3000)}`)).toMatchObject({
      code: expect.any(Number),
    })
  })

  it('ends with timeout what lasts too long, and nothing else', async () => {
    expect(await world.sh(MULTITOOL, 'timeout 2 sleep infinity; echo $?')).toMatchObject({ stdout: '143\n' })
    expect(
      await world.sh(
        MULTITOOL,
        'timeout 30 nc -zvw 3 192.0.2.77 80; echo $?; timeout 2 nc -zvw 3 192.0.2.77 80; echo $?',
      ),
    ).toMatchObject({
      stdout: '1\n143\n',
      stderr: 'nc: 192.0.2.77 (192.0.2.77:80): Operation timed out\n',
    })
    expect(await world.sh(MULTITOOL, 'timeout 4 sh -c "sleep 3 & sleep 3 & wait; echo both"')).toMatchObject({
      stdout: 'both\n',
    })
    expect(await world.sh('default/debian', 'timeout 1 sleep 5; echo $?')).toMatchObject({ stdout: '124\n' })
  })

  it('stops a sleep that would last for ever', async () => {
    const stop = new AbortController()
    setTimeout(() => stop.abort(new Error('gone')), 20)
    expect(await world.exec(MULTITOOL, ['sleep', 'infinity'], { signal: stop.signal })).toMatchObject({ code: 137 })
  })
})
