/**
 * The only module that imports client-node, loaded when a kubeconfig asks for more than a token or a certificate: exec
 * plugins, OIDC and cloud providers, proxies. It costs a second and a hundred megabytes when it is not bundled, so the
 * sandbox and plain kubeconfigs go without it.
 */
export { KubeConfig } from '@kubernetes/client-node'
