/** What to do about an image the nodes cannot pull, as lines to type. */
export function probeImageHint(image: string): string {
  const mirror = 'REGISTRY/network-multitool'
  return (
    `Put it on every node beforehand (crictl pull ${image}; with kind: kind load docker-image ${image}), or mirror it ` +
    `(docker pull ${image}; docker tag ${image} ${mirror}; docker push ${mirror}) and run again with --probe-image ${mirror}.`
  )
}

export function shopImageHint(image: string): string {
  return `Put it on every node beforehand (crictl pull ${image}; with kind: kind load docker-image ${image}), or let the nodes reach its registry (proxy, pull secret, rate limit). Then run the step again.`
}
