import type { Names } from './command-line.ts'
import { matrixView } from './views.ts'
import type { World } from './world.ts'

/** What completion offers: the ends of the track's probes and of the matrix. Made when it is asked for: most keys ask for none. */
export function knownNames(world: World): Names {
  const topology = world.state?.track.topology
  const rows = () => {
    const matrix = matrixView(world)
    return matrix.ok ? matrix.view.rows : []
  }
  const unique = (names: readonly string[]) => [...new Set(names)]
  return {
    get sources() {
      return unique([
        ...(topology?.sources.map((source) => source.name) ?? []),
        ...rows().map((row) => row.from.workload),
      ])
    },
    get targets() {
      return unique([
        ...(topology?.services.map((service) => `${service.name}:${service.port}`) ?? []),
        ...rows().map((row) => `${row.to.service}:${row.port}`),
        ...(topology?.outside ?? []),
      ])
    },
    get steps() {
      return world.outline.steps.map((step) => step.number)
    },
  }
}
