/**
 * The only module that imports client-node, so that the bundle can split it off and it is loaded after the first frame.
 * What is used of it: the kubeconfig and every way of authentication a kubeconfig can name (tokens, certificates, exec
 * plugins, OIDC, proxies).
 */
export { KubeConfig } from '@kubernetes/client-node'
