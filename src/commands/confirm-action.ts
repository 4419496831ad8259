/** What `run` asks before an action, and the questions of the steps themselves. */

import { actionCommand, ownFileLines } from '../engine/run-action.ts'
import type { RunStepConfirm } from '../engine/run-step.ts'
import { skipReason } from '../engine/when.ts'
import { isOwnFile, isWritten } from '../engine/write-yourself.ts'
import { escapeControl } from '../errors/escape.ts'
import type { Action } from '../workshop/step.ts'
import { ask } from './confirm.ts'
import type { CommandContext } from './context.ts'

export const skipQuestions: RunStepConfirm = async (_scope, _stage, action) => (action.kind === 'ask' ? 'skip' : 'run')

export function sayTo(context: CommandContext): (text: string) => void {
  return (text) => void context.io.stderr.write(`${escapeControl(text, { multiline: true })}\n`)
}

export function createConfirm(context: CommandContext, options: { quiz?: boolean }): RunStepConfirm {
  const say = sayTo(context)
  return async (scope, stage, action, byHand) => {
    if (action.kind === 'ask') {
      if (options.quiz !== false) await quiz(action, context, say)
      return 'skip'
    }
    // It says by itself why it is left out here.
    if (skipReason(action.when, scope.features) !== null) return 'run'
    const canWrite = stage.write?.instead.includes(action.id) === true && !isWritten(stage)
    const own = isOwnFile(action)
    if (own) {
      const { path } = scope.deps.files.manifest(action.manifest)
      say(`${stage.write?.task.trim() ?? ''}\nYour file: ${path}`)
    }
    if (action.explain && !own) say(action.explain.trim())
    const command = actionCommand(action, scope)
    if (command !== '') say(command.replace(/^/gm, '$ '))
    if (byHand.length > 0) say(`This replaces what was changed by hand: ${byHand.join(', ')}.`)
    const choices = ['[Y]es', ...(canWrite ? ['[w]rite it yourself'] : own ? ['[p]lan'] : []), '[s]kip', '[q]uit']
    for (;;) {
      const answer = (await ask(`${action.title}: run it? ${choices.join(', ')}: `, context)).toLowerCase()
      if (answer === '' || answer.startsWith('y')) return 'run'
      if (canWrite && answer.startsWith('w')) return 'write'
      if (!own || !answer.startsWith('p')) return answer.startsWith('s') ? 'skip' : 'stop'
      for (const line of await ownFileLines(scope, stage, action)) say(line)
    }
  }
}

/** Answered, every answer is explained; enter goes on without one. */
async function quiz(
  { question, options }: Extract<Action, { kind: 'ask' }>,
  context: CommandContext,
  say: (text: string) => void,
): Promise<void> {
  say(question.trim())
  for (const [index, option] of options.entries()) say(`  ${index + 1}  ${option.text}`)
  const answer = await ask(`Your answer, 1 to ${options.length} (enter: none): `, context)
  const picked = options[Number(answer) - 1]
  const right = options.find((option) => option.correct)
  if (picked) say(`${picked.correct ? 'Right' : 'No'}: ${picked.why}`)
  if (right && right !== picked) say(`The answer is: ${right.text}. ${right.why}`)
}
