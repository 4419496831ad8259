import { expectSame, type Mismatch } from './compare.ts'

/** The validator is part of the engine; a tree without it fails these cases instead of skipping them. */
export async function checkValidation(test: any): Promise<Mismatch> {
  const { validate } = await import('../../src/policy/validate/validate.ts' as string)
  const { valid, issues } = validate(test.object)
  const texts: string[] = issues.map(({ message }: { message: string }) => message)
  if (valid !== test.valid) return { expected: { valid: test.valid }, actual: { valid, issues } }
  if (!test.messageContains || texts.some((text) => text.includes(test.messageContains))) return null
  return expectSame({ messageContains: test.messageContains }, { issues: texts })
}
