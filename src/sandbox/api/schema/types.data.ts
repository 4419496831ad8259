// Made by scripts/generate-schemas.ts: do not edit.
export const TYPE_LINES = `core.ConfigMap metadata:meta.ObjectMeta:1 immutable:b:4:p data:{}s:2 binaryData:{}y:3
meta.ObjectMeta name:s:1 generateName:s:2 namespace:s:3 selfLink:s:4 uid:s:5 resourceVersion:s:6 generation:i:7 creationTimestamp:t:8 deletionTimestamp:t:9:p deletionGracePeriodSeconds:i:10:p labels:{}s:11 annotations:{}s:12 ownerReferences:[]meta.OwnerReference:13:m=uid:L=uid finalizers:[]s:14:M:S managedFields:[]meta.ManagedFieldsEntry:17:A
meta.OwnerReference apiVersion:s:5:r kind:s:1:r name:s:3:r uid:s:4:r controller:b:6:p blockOwnerDeletion:b:7:p
meta.ManagedFieldsEntry manager:s:1 operation:s:2 apiVersion:s:3 time:t:4:p fieldsType:s:6 fieldsV1:*:7:p subresource:s:8
core.Endpoints metadata:meta.ObjectMeta:1 subsets:[]core.EndpointSubset:2:A
core.EndpointSubset addresses:[]core.EndpointAddress:1:A notReadyAddresses:[]core.EndpointAddress:2:A ports:[]core.EndpointPort:3:A
core.EndpointAddress ip:s:1:r hostname:s:3 nodeName:s:4:p targetRef:core.ObjectReference:2:p
core.ObjectReference kind:s:1 namespace:s:2 name:s:3 uid:s:4 apiVersion:s:5 resourceVersion:s:6 fieldPath:s:7
core.EndpointPort name:s:1 port:i:2:r protocol:s:3 appProtocol:s:4:p
core.Event metadata:meta.ObjectMeta:1:r involvedObject:core.ObjectReference:2:r reason:s:3 message:s:4 source:core.EventSource:5 firstTimestamp:t:6 lastTimestamp:t:7 count:i:8 type:s:9 eventTime:t:10 series:core.EventSeries:11:p action:s:12 related:core.ObjectReference:13:p reportingComponent:s:14 reportingInstance:s:15
core.EventSource component:s:1 host:s:2
core.EventSeries count:i:1 lastObservedTime:t:2
core.Namespace metadata:meta.ObjectMeta:1 spec:core.NamespaceSpec:2 status:core.NamespaceStatus:3
core.NamespaceSpec finalizers:[]s:1:A
core.NamespaceStatus phase:s:1 conditions:[]core.NamespaceCondition:2:m=type:L=type
core.NamespaceCondition type:s:1:r status:s:2:r lastTransitionTime:t:4 reason:s:5 message:s:6
core.Node metadata:meta.ObjectMeta:1 spec:core.NodeSpec:2 status:core.NodeStatus:3
core.NodeSpec podCIDR:s:1 podCIDRs:[]s:7:M:S providerID:s:3 unschedulable:b:4 taints:[]core.Taint:5:A configSource:core.NodeConfigSource:6:p externalID:s:2
core.Taint key:s:1:r value:s:2 effect:s:3:r timeAdded:t:4:p
core.NodeConfigSource configMap:core.ConfigMapNodeConfigSource:2:p
core.ConfigMapNodeConfigSource namespace:s:1:r name:s:2:r uid:s:3 resourceVersion:s:4 kubeletConfigKey:s:5:r
core.NodeStatus capacity:{}q:1 allocatable:{}q:2 phase:s:3 conditions:[]core.NodeCondition:4:m=type:L=type addresses:[]core.NodeAddress:5:m=type:L=type daemonEndpoints:core.NodeDaemonEndpoints:6 nodeInfo:core.NodeSystemInfo:7 images:[]core.ContainerImage:8:A volumesInUse:[]s:9:A volumesAttached:[]core.AttachedVolume:10:A config:core.NodeConfigStatus:11:p runtimeHandlers:[]core.NodeRuntimeHandler:12:A features:core.NodeFeatures:13:p
core.NodeCondition type:s:1:r status:s:2:r lastHeartbeatTime:t:3 lastTransitionTime:t:4 reason:s:5 message:s:6
core.NodeAddress type:s:1:r address:s:2:r
core.NodeDaemonEndpoints kubeletEndpoint:core.DaemonEndpoint:1
core.DaemonEndpoint Port:i:1:r
core.NodeSystemInfo machineID:s:1:r systemUUID:s:2:r bootID:s:3:r kernelVersion:s:4:r osImage:s:5:r containerRuntimeVersion:s:6:r kubeletVersion:s:7:r kubeProxyVersion:s:8:r operatingSystem:s:9:r architecture:s:10:r swap:core.NodeSwapStatus:11:p
core.NodeSwapStatus capacity:i:1:p
core.ContainerImage names:[]s:1:A sizeBytes:i:2
core.AttachedVolume name:s:1:r devicePath:s:2:r
core.NodeConfigStatus assigned:core.NodeConfigSource:1:p active:core.NodeConfigSource:2:p lastKnownGood:core.NodeConfigSource:3:p error:s:4
core.NodeRuntimeHandler name:s:1 features:core.NodeRuntimeHandlerFeatures:2:p
core.NodeRuntimeHandlerFeatures recursiveReadOnlyMounts:b:1:p userNamespaces:b:2:p
core.NodeFeatures supplementalGroupsPolicy:b:1:p
core.Pod metadata:meta.ObjectMeta:1 spec:core.PodSpec:2 status:core.PodStatus:3
core.PodSpec volumes:[]core.Volume:1:m=name:k:L=name initContainers:[]core.Container:20:m=name:L=name containers:[]core.Container:2:r:m=name:L=name ephemeralContainers:[]core.EphemeralContainer:34:m=name:L=name restartPolicy:s:3 terminationGracePeriodSeconds:i:4:p activeDeadlineSeconds:i:5:p dnsPolicy:s:6 nodeSelector:{}s:7:A serviceAccountName:s:8 serviceAccount:s:9 automountServiceAccountToken:b:21:p nodeName:s:10 hostNetwork:b:11 hostPID:b:12 hostIPC:b:13 shareProcessNamespace:b:27:p securityContext:core.PodSecurityContext:14:p imagePullSecrets:[]core.LocalObjectReference:15:m=name:L=name hostname:s:16 subdomain:s:17 affinity:core.Affinity:18:p schedulerName:s:19 tolerations:[]core.Toleration:22:A hostAliases:[]core.HostAlias:23:m=ip:L=ip priorityClassName:s:24 priority:i:25:p dnsConfig:core.PodDNSConfig:26:p readinessGates:[]core.PodReadinessGate:28:A runtimeClassName:s:29:p enableServiceLinks:b:30:p preemptionPolicy:s:31:p overhead:{}q:32 topologySpreadConstraints:[]core.TopologySpreadConstraint:33:m=topologyKey:L=topologyKey+whenUnsatisfiable setHostnameAsFQDN:b:35:p os:core.PodOS:36:p hostUsers:b:37:p schedulingGates:[]core.PodSchedulingGate:38:m=name:L=name resourceClaims:[]core.PodResourceClaim:39:m=name:k:L=name resources:core.ResourceRequirements:40:p hostnameOverride:s:41:p
core.Volume name:s:1:r :core.VolumeSource:2:l
core.VolumeSource hostPath:core.HostPathVolumeSource:1:p emptyDir:core.EmptyDirVolumeSource:2:p gcePersistentDisk:core.GCEPersistentDiskVolumeSource:3:p awsElasticBlockStore:core.AWSElasticBlockStoreVolumeSource:4:p gitRepo:core.GitRepoVolumeSource:5:p secret:core.SecretVolumeSource:6:p nfs:core.NFSVolumeSource:7:p iscsi:core.ISCSIVolumeSource:8:p glusterfs:core.GlusterfsVolumeSource:9:p persistentVolumeClaim:core.PersistentVolumeClaimVolumeSource:10:p rbd:core.RBDVolumeSource:11:p flexVolume:core.FlexVolumeSource:12:p cinder:core.CinderVolumeSource:13:p cephfs:core.CephFSVolumeSource:14:p flocker:core.FlockerVolumeSource:15:p downwardAPI:core.DownwardAPIVolumeSource:16:p fc:core.FCVolumeSource:17:p azureFile:core.AzureFileVolumeSource:18:p configMap:core.ConfigMapVolumeSource:19:p vsphereVolume:core.VsphereVirtualDiskVolumeSource:20:p quobyte:core.QuobyteVolumeSource:21:p azureDisk:core.AzureDiskVolumeSource:22:p photonPersistentDisk:core.PhotonPersistentDiskVolumeSource:23:p projected:core.ProjectedVolumeSource:26:p portworxVolume:core.PortworxVolumeSource:24:p scaleIO:core.ScaleIOVolumeSource:25:p storageos:core.StorageOSVolumeSource:27:p csi:core.CSIVolumeSource:28:p ephemeral:core.EphemeralVolumeSource:29:p image:core.ImageVolumeSource:30:p
core.HostPathVolumeSource path:s:1:r type:s:2:p
core.EmptyDirVolumeSource medium:s:1 sizeLimit:q:2:p
core.GCEPersistentDiskVolumeSource pdName:s:1:r fsType:s:2 partition:i:3 readOnly:b:4
core.AWSElasticBlockStoreVolumeSource volumeID:s:1:r fsType:s:2 partition:i:3 readOnly:b:4
core.GitRepoVolumeSource repository:s:1:r revision:s:2 directory:s:3
core.SecretVolumeSource secretName:s:1 items:[]core.KeyToPath:2:A defaultMode:i:3:p optional:b:4:p
core.KeyToPath key:s:1:r path:s:2:r mode:i:3:p
core.NFSVolumeSource server:s:1:r path:s:2:r readOnly:b:3
core.ISCSIVolumeSource targetPortal:s:1:r iqn:s:2:r lun:i:3:r iscsiInterface:s:4:D="default" fsType:s:5 readOnly:b:6 portals:[]s:7:A chapAuthDiscovery:b:8 chapAuthSession:b:11 secretRef:core.LocalObjectReference:10:p initiatorName:s:12:p
core.LocalObjectReference name:s:1:D=""
core.GlusterfsVolumeSource endpoints:s:1:r path:s:2:r readOnly:b:3
core.PersistentVolumeClaimVolumeSource claimName:s:1:r readOnly:b:2
core.RBDVolumeSource monitors:[]s:1:r:A image:s:2:r fsType:s:3 pool:s:4:D="rbd" user:s:5:D="admin" keyring:s:6:D="/etc/ceph/keyring" secretRef:core.LocalObjectReference:7:p readOnly:b:8
core.FlexVolumeSource driver:s:1:r fsType:s:2 secretRef:core.LocalObjectReference:3:p readOnly:b:4 options:{}s:5
core.CinderVolumeSource volumeID:s:1:r fsType:s:2 readOnly:b:3 secretRef:core.LocalObjectReference:4:p
core.CephFSVolumeSource monitors:[]s:1:r:A path:s:2 user:s:3 secretFile:s:4 secretRef:core.LocalObjectReference:5:p readOnly:b:6
core.FlockerVolumeSource datasetName:s:1 datasetUUID:s:2
core.DownwardAPIVolumeSource items:[]core.DownwardAPIVolumeFile:1:A defaultMode:i:2:p
core.DownwardAPIVolumeFile path:s:1:r fieldRef:core.ObjectFieldSelector:2:p resourceFieldRef:core.ResourceFieldSelector:3:p mode:i:4:p
core.ObjectFieldSelector apiVersion:s:1 fieldPath:s:2:r
core.ResourceFieldSelector containerName:s:1 resource:s:2:r divisor:q:3
core.FCVolumeSource targetWWNs:[]s:1:A lun:i:2:p fsType:s:3 readOnly:b:4 wwids:[]s:5:A
core.AzureFileVolumeSource secretName:s:1:r shareName:s:2:r readOnly:b:3
core.ConfigMapVolumeSource :core.LocalObjectReference:1:l items:[]core.KeyToPath:2:A defaultMode:i:3:p optional:b:4:p
core.VsphereVirtualDiskVolumeSource volumePath:s:1:r fsType:s:2 storagePolicyName:s:3 storagePolicyID:s:4
core.QuobyteVolumeSource registry:s:1:r volume:s:2:r readOnly:b:3 user:s:4 group:s:5 tenant:s:6
core.AzureDiskVolumeSource diskName:s:1:r diskURI:s:2:r cachingMode:s:3:p fsType:s:4:p:D="ext4" readOnly:b:5:p:D=false kind:s:6:p
core.PhotonPersistentDiskVolumeSource pdID:s:1:r fsType:s:2
core.ProjectedVolumeSource sources:[]core.VolumeProjection:1:A defaultMode:i:2:p
core.VolumeProjection secret:core.SecretProjection:1:p downwardAPI:core.DownwardAPIProjection:2:p configMap:core.ConfigMapProjection:3:p serviceAccountToken:core.ServiceAccountTokenProjection:4:p clusterTrustBundle:core.ClusterTrustBundleProjection:5:p podCertificate:core.PodCertificateProjection:6:p
core.SecretProjection :core.LocalObjectReference:1:l items:[]core.KeyToPath:2:A optional:b:4:p
core.DownwardAPIProjection items:[]core.DownwardAPIVolumeFile:1:A
core.ConfigMapProjection :core.LocalObjectReference:1:l items:[]core.KeyToPath:2:A optional:b:4:p
core.ServiceAccountTokenProjection audience:s:1 expirationSeconds:i:2:p path:s:3:r
core.ClusterTrustBundleProjection name:s:1:p signerName:s:2:p labelSelector:meta.LabelSelector:3:p optional:b:5:p path:s:4:r
meta.LabelSelector matchLabels:{}s:1 matchExpressions:[]meta.LabelSelectorRequirement:2:A
meta.LabelSelectorRequirement key:s:1:r operator:s:2:r values:[]s:3:A
core.PodCertificateProjection signerName:s:1 keyType:s:2 maxExpirationSeconds:i:3:p credentialBundlePath:s:4 keyPath:s:5 certificateChainPath:s:6
core.PortworxVolumeSource volumeID:s:1:r fsType:s:2 readOnly:b:3
core.ScaleIOVolumeSource gateway:s:1:r system:s:2:r secretRef:core.LocalObjectReference:3:p:r sslEnabled:b:4 protectionDomain:s:5 storagePool:s:6 storageMode:s:7:D="ThinProvisioned" volumeName:s:8 fsType:s:9:D="xfs" readOnly:b:10
core.StorageOSVolumeSource volumeName:s:1 volumeNamespace:s:2 fsType:s:3 readOnly:b:4 secretRef:core.LocalObjectReference:5:p
core.CSIVolumeSource driver:s:1:r readOnly:b:2:p fsType:s:3:p volumeAttributes:{}s:4 nodePublishSecretRef:core.LocalObjectReference:5:p
core.EphemeralVolumeSource volumeClaimTemplate:core.PersistentVolumeClaimTemplate:1:p
core.PersistentVolumeClaimTemplate metadata:meta.ObjectMeta:1 spec:core.PersistentVolumeClaimSpec:2:r
core.PersistentVolumeClaimSpec accessModes:[]s:1:A selector:meta.LabelSelector:4:p resources:core.VolumeResourceRequirements:2 volumeName:s:3 storageClassName:s:5:p volumeMode:s:6:p dataSource:core.TypedLocalObjectReference:7:p dataSourceRef:core.TypedObjectReference:8:p volumeAttributesClassName:s:9:p
core.VolumeResourceRequirements limits:{}q:1 requests:{}q:2
core.TypedLocalObjectReference apiGroup:s:1:p kind:s:2:r name:s:3:r
core.TypedObjectReference apiGroup:s:1:p kind:s:2:r name:s:3:r namespace:s:4:p
core.ImageVolumeSource reference:s:1 pullPolicy:s:2
core.Container name:s:1:r image:s:2 command:[]s:3:A args:[]s:4:A workingDir:s:5 ports:[]core.ContainerPort:6:m=containerPort:L=containerPort+protocol envFrom:[]core.EnvFromSource:19:A env:[]core.EnvVar:7:m=name:L=name resources:core.ResourceRequirements:8 resizePolicy:[]core.ContainerResizePolicy:23:A restartPolicy:s:24:p restartPolicyRules:[]core.ContainerRestartRule:25:A volumeMounts:[]core.VolumeMount:9:m=mountPath:L=mountPath volumeDevices:[]core.VolumeDevice:21:m=devicePath:L=devicePath livenessProbe:core.Probe:10:p readinessProbe:core.Probe:11:p startupProbe:core.Probe:22:p lifecycle:core.Lifecycle:12:p terminationMessagePath:s:13 terminationMessagePolicy:s:20 imagePullPolicy:s:14 securityContext:core.SecurityContext:15:p stdin:b:16 stdinOnce:b:17 tty:b:18
core.ContainerPort name:s:1 hostPort:i:2 containerPort:i:3:r protocol:s:4:D="TCP" hostIP:s:5
core.EnvFromSource prefix:s:1 configMapRef:core.ConfigMapEnvSource:2:p secretRef:core.SecretEnvSource:3:p
core.ConfigMapEnvSource :core.LocalObjectReference:1:l optional:b:2:p
core.SecretEnvSource :core.LocalObjectReference:1:l optional:b:2:p
core.EnvVar name:s:1:r value:s:2 valueFrom:core.EnvVarSource:3:p
core.EnvVarSource fieldRef:core.ObjectFieldSelector:1:p resourceFieldRef:core.ResourceFieldSelector:2:p configMapKeyRef:core.ConfigMapKeySelector:3:p secretKeyRef:core.SecretKeySelector:4:p fileKeyRef:core.FileKeySelector:5:p
core.ConfigMapKeySelector :core.LocalObjectReference:1:l key:s:2:r optional:b:3:p
core.SecretKeySelector :core.LocalObjectReference:1:l key:s:2:r optional:b:3:p
core.FileKeySelector volumeName:s:1:r path:s:2:r key:s:3:r optional:b:4:p:D=false
core.ResourceRequirements limits:{}q:1 requests:{}q:2 claims:[]core.ResourceClaim:3:L=name
core.ResourceClaim name:s:1:r request:s:2
core.ContainerResizePolicy resourceName:s:1:r restartPolicy:s:2:r
core.ContainerRestartRule action:s:1 exitCodes:core.ContainerRestartRuleOnExitCodes:2:p
core.ContainerRestartRuleOnExitCodes operator:s:1 values:[]i:2:S
core.VolumeMount name:s:1:r readOnly:b:2 recursiveReadOnly:s:7:p mountPath:s:3:r subPath:s:4 mountPropagation:s:5:p subPathExpr:s:6
core.VolumeDevice name:s:1:r devicePath:s:2:r
core.Probe :core.ProbeHandler:1:l initialDelaySeconds:i:2 timeoutSeconds:i:3 periodSeconds:i:4 successThreshold:i:5 failureThreshold:i:6 terminationGracePeriodSeconds:i:7:p
core.ProbeHandler exec:core.ExecAction:1:p httpGet:core.HTTPGetAction:2:p tcpSocket:core.TCPSocketAction:3:p grpc:core.GRPCAction:4:p
core.ExecAction command:[]s:1:A
core.HTTPGetAction path:s:1 port:o:2:r host:s:3 scheme:s:4 httpHeaders:[]core.HTTPHeader:5:A
core.HTTPHeader name:s:1:r value:s:2:r
core.TCPSocketAction port:o:1:r host:s:2
core.GRPCAction port:i:1:r service:s:2:p:D=""
core.Lifecycle postStart:core.LifecycleHandler:1:p preStop:core.LifecycleHandler:2:p stopSignal:s:3:p
core.LifecycleHandler exec:core.ExecAction:1:p httpGet:core.HTTPGetAction:2:p tcpSocket:core.TCPSocketAction:3:p sleep:core.SleepAction:4:p
core.SleepAction seconds:i:1:r
core.SecurityContext capabilities:core.Capabilities:1:p privileged:b:2:p seLinuxOptions:core.SELinuxOptions:3:p windowsOptions:core.WindowsSecurityContextOptions:10:p runAsUser:i:4:p runAsGroup:i:8:p runAsNonRoot:b:5:p readOnlyRootFilesystem:b:6:p allowPrivilegeEscalation:b:7:p procMount:s:9:p seccompProfile:core.SeccompProfile:11:p appArmorProfile:core.AppArmorProfile:12:p
core.Capabilities add:[]s:1:A drop:[]s:2:A
core.SELinuxOptions user:s:1 role:s:2 type:s:3 level:s:4
core.WindowsSecurityContextOptions gmsaCredentialSpecName:s:1:p gmsaCredentialSpec:s:2:p runAsUserName:s:3:p hostProcess:b:4:p
core.SeccompProfile type:s:1:r localhostProfile:s:2:p
core.AppArmorProfile type:s:1:r localhostProfile:s:2:p
core.EphemeralContainer :core.EphemeralContainerCommon:1:l targetContainerName:s:2
core.EphemeralContainerCommon name:s:1:r image:s:2 command:[]s:3:A args:[]s:4:A workingDir:s:5 ports:[]core.ContainerPort:6:m=containerPort:L=containerPort+protocol envFrom:[]core.EnvFromSource:19:A env:[]core.EnvVar:7:m=name:L=name resources:core.ResourceRequirements:8 resizePolicy:[]core.ContainerResizePolicy:23:A restartPolicy:s:24:p restartPolicyRules:[]core.ContainerRestartRule:25:A volumeMounts:[]core.VolumeMount:9:m=mountPath:L=mountPath volumeDevices:[]core.VolumeDevice:21:m=devicePath:L=devicePath livenessProbe:core.Probe:10:p readinessProbe:core.Probe:11:p startupProbe:core.Probe:22:p lifecycle:core.Lifecycle:12:p terminationMessagePath:s:13 terminationMessagePolicy:s:20 imagePullPolicy:s:14 securityContext:core.SecurityContext:15:p stdin:b:16 stdinOnce:b:17 tty:b:18
core.PodSecurityContext seLinuxOptions:core.SELinuxOptions:1:p windowsOptions:core.WindowsSecurityContextOptions:8:p runAsUser:i:2:p runAsGroup:i:6:p runAsNonRoot:b:3:p supplementalGroups:[]i:4:A supplementalGroupsPolicy:s:12:p fsGroup:i:5:p sysctls:[]core.Sysctl:7:A fsGroupChangePolicy:s:9:p seccompProfile:core.SeccompProfile:10:p appArmorProfile:core.AppArmorProfile:11:p seLinuxChangePolicy:s:13:p
core.Sysctl name:s:1:r value:s:2:r
core.Affinity nodeAffinity:core.NodeAffinity:1:p podAffinity:core.PodAffinity:2:p podAntiAffinity:core.PodAntiAffinity:3:p
core.NodeAffinity requiredDuringSchedulingIgnoredDuringExecution:core.NodeSelector:1:p preferredDuringSchedulingIgnoredDuringExecution:[]core.PreferredSchedulingTerm:2:A
core.NodeSelector nodeSelectorTerms:[]core.NodeSelectorTerm:1:r:A
core.NodeSelectorTerm matchExpressions:[]core.NodeSelectorRequirement:1:A matchFields:[]core.NodeSelectorRequirement:2:A
core.NodeSelectorRequirement key:s:1:r operator:s:2:r values:[]s:3:A
core.PreferredSchedulingTerm weight:i:1:r preference:core.NodeSelectorTerm:2:r
core.PodAffinity requiredDuringSchedulingIgnoredDuringExecution:[]core.PodAffinityTerm:1:A preferredDuringSchedulingIgnoredDuringExecution:[]core.WeightedPodAffinityTerm:2:A
core.PodAffinityTerm labelSelector:meta.LabelSelector:1:p namespaces:[]s:2:A topologyKey:s:3:r namespaceSelector:meta.LabelSelector:4:p matchLabelKeys:[]s:5:A mismatchLabelKeys:[]s:6:A
core.WeightedPodAffinityTerm weight:i:1:r podAffinityTerm:core.PodAffinityTerm:2:r
core.PodAntiAffinity requiredDuringSchedulingIgnoredDuringExecution:[]core.PodAffinityTerm:1:A preferredDuringSchedulingIgnoredDuringExecution:[]core.WeightedPodAffinityTerm:2:A
core.Toleration key:s:1 operator:s:2 value:s:3 effect:s:4 tolerationSeconds:i:5:p
core.HostAlias ip:s:1:r hostnames:[]s:2:A
core.PodDNSConfig nameservers:[]s:1:A searches:[]s:2:A options:[]core.PodDNSConfigOption:3:A
core.PodDNSConfigOption name:s:1 value:s:2:p
core.PodReadinessGate conditionType:s:1:r
core.TopologySpreadConstraint maxSkew:i:1:r topologyKey:s:2:r whenUnsatisfiable:s:3:r labelSelector:meta.LabelSelector:4:p minDomains:i:5:p nodeAffinityPolicy:s:6:p nodeTaintsPolicy:s:7:p matchLabelKeys:[]s:8:A
core.PodOS name:s:1:r
core.PodSchedulingGate name:s:1:r
core.PodResourceClaim name:s:1:r resourceClaimName:s:3:p resourceClaimTemplateName:s:4:p
core.PodStatus observedGeneration:i:17 phase:s:1 conditions:[]core.PodCondition:2:m=type:L=type message:s:3 reason:s:4 nominatedNodeName:s:11 hostIP:s:5 hostIPs:[]core.HostIP:16:m=ip:A podIP:s:6 podIPs:[]core.PodIP:12:m=ip:L=ip startTime:t:7:p initContainerStatuses:[]core.ContainerStatus:10:A containerStatuses:[]core.ContainerStatus:8:A qosClass:s:9 ephemeralContainerStatuses:[]core.ContainerStatus:13:A resize:s:14 resourceClaimStatuses:[]core.PodResourceClaimStatus:15:m=name:k:L=name extendedResourceClaimStatus:core.PodExtendedResourceClaimStatus:18:p
core.PodCondition type:s:1:r observedGeneration:i:7 status:s:2:r lastProbeTime:t:3 lastTransitionTime:t:4 reason:s:5 message:s:6
core.HostIP ip:s:1:r
core.PodIP ip:s:1:r
core.ContainerStatus name:s:1:r state:core.ContainerState:2 lastState:core.ContainerState:3 ready:b:4:r restartCount:i:5:r image:s:6:r imageID:s:7:r containerID:s:8 started:b:9:p allocatedResources:{}q:10 resources:core.ResourceRequirements:11:p volumeMounts:[]core.VolumeMountStatus:12:m=mountPath:L=mountPath user:core.ContainerUser:13:p allocatedResourcesStatus:[]core.ResourceStatus:14:m=name:L=name stopSignal:s:15:p
core.ContainerState waiting:core.ContainerStateWaiting:1:p running:core.ContainerStateRunning:2:p terminated:core.ContainerStateTerminated:3:p
core.ContainerStateWaiting reason:s:1 message:s:2
core.ContainerStateRunning startedAt:t:1
core.ContainerStateTerminated exitCode:i:1:r signal:i:2 reason:s:3 message:s:4 startedAt:t:5 finishedAt:t:6 containerID:s:7
core.VolumeMountStatus name:s:1:r mountPath:s:2:r readOnly:b:3 recursiveReadOnly:s:4:p
core.ContainerUser linux:core.LinuxContainerUser:1:p
core.LinuxContainerUser uid:i:1:r gid:i:2:r supplementalGroups:[]i:3:A
core.ResourceStatus name:s:1:r resources:[]core.ResourceHealth:2:L=resourceID
core.ResourceHealth resourceID:s:1:r health:s:2
core.PodResourceClaimStatus name:s:1:r resourceClaimName:s:2:p
core.PodExtendedResourceClaimStatus requestMappings:[]core.ContainerExtendedResourceRequest:1:r:A resourceClaimName:s:2:r
core.ContainerExtendedResourceRequest containerName:s:1:r resourceName:s:2:r requestName:s:3:r
core.Secret metadata:meta.ObjectMeta:1 immutable:b:5:p data:{}y:2 stringData:{}s:4 type:s:3
core.ServiceAccount metadata:meta.ObjectMeta:1 secrets:[]core.ObjectReference:2:m=name:L=name imagePullSecrets:[]core.LocalObjectReference:3:A automountServiceAccountToken:b:4:p
core.Service metadata:meta.ObjectMeta:1 spec:core.ServiceSpec:2 status:core.ServiceStatus:3
core.ServiceSpec ports:[]core.ServicePort:1:m=port:L=port+protocol selector:{}s:2:A clusterIP:s:3 clusterIPs:[]s:18:A type:s:4 externalIPs:[]s:5:A sessionAffinity:s:7 loadBalancerIP:s:8 loadBalancerSourceRanges:[]s:9:A externalName:s:10 externalTrafficPolicy:s:11 healthCheckNodePort:i:12 publishNotReadyAddresses:b:13 sessionAffinityConfig:core.SessionAffinityConfig:14:p ipFamilies:[]s:19:A ipFamilyPolicy:s:17:p allocateLoadBalancerNodePorts:b:20:p loadBalancerClass:s:21:p internalTrafficPolicy:s:22:p trafficDistribution:s:23:p
core.ServicePort name:s:1 protocol:s:2:D="TCP" appProtocol:s:6:p port:i:3:r targetPort:o:4 nodePort:i:5
core.SessionAffinityConfig clientIP:core.ClientIPConfig:1:p
core.ClientIPConfig timeoutSeconds:i:1:p
core.ServiceStatus loadBalancer:core.LoadBalancerStatus:1 conditions:[]meta.Condition:2:m=type:L=type
core.LoadBalancerStatus ingress:[]core.LoadBalancerIngress:1:A
core.LoadBalancerIngress ip:s:1 hostname:s:2 ipMode:s:3:p ports:[]core.PortStatus:4:A
core.PortStatus port:i:1:r protocol:s:2:r error:s:3:p
meta.Condition type:s:1:r status:s:2:r observedGeneration:i:3 lastTransitionTime:t:4:r reason:s:5:r message:s:6:r
apps.DaemonSet metadata:meta.ObjectMeta:1 spec:apps.DaemonSetSpec:2 status:apps.DaemonSetStatus:3
apps.DaemonSetSpec selector:meta.LabelSelector:1:p:r template:core.PodTemplateSpec:2:r updateStrategy:apps.DaemonSetUpdateStrategy:3 minReadySeconds:i:4 revisionHistoryLimit:i:6:p
core.PodTemplateSpec metadata:meta.ObjectMeta:1 spec:core.PodSpec:2
apps.DaemonSetUpdateStrategy type:s:1 rollingUpdate:apps.RollingUpdateDaemonSet:2:p
apps.RollingUpdateDaemonSet maxUnavailable:o:1:p maxSurge:o:2:p
apps.DaemonSetStatus currentNumberScheduled:i:1:r numberMisscheduled:i:2:r desiredNumberScheduled:i:3:r numberReady:i:4:r observedGeneration:i:5 updatedNumberScheduled:i:6 numberAvailable:i:7 numberUnavailable:i:8 collisionCount:i:9:p conditions:[]apps.DaemonSetCondition:10:m=type:L=type
apps.DaemonSetCondition type:s:1:r status:s:2:r lastTransitionTime:t:3 reason:s:4 message:s:5
apps.Deployment metadata:meta.ObjectMeta:1 spec:apps.DeploymentSpec:2 status:apps.DeploymentStatus:3
apps.DeploymentSpec replicas:i:1:p selector:meta.LabelSelector:2:p:r template:core.PodTemplateSpec:3:r strategy:apps.DeploymentStrategy:4:k minReadySeconds:i:5 revisionHistoryLimit:i:6:p paused:b:7 progressDeadlineSeconds:i:9:p
apps.DeploymentStrategy type:s:1 rollingUpdate:apps.RollingUpdateDeployment:2:p
apps.RollingUpdateDeployment maxUnavailable:o:1:p maxSurge:o:2:p
apps.DeploymentStatus observedGeneration:i:1 replicas:i:2 updatedReplicas:i:3 readyReplicas:i:7 availableReplicas:i:4 unavailableReplicas:i:5 terminatingReplicas:i:9:p conditions:[]apps.DeploymentCondition:6:m=type:L=type collisionCount:i:8:p
apps.DeploymentCondition type:s:1:r status:s:2:r lastUpdateTime:t:6 lastTransitionTime:t:7 reason:s:4 message:s:5
apps.ReplicaSet metadata:meta.ObjectMeta:1 spec:apps.ReplicaSetSpec:2 status:apps.ReplicaSetStatus:3
apps.ReplicaSetSpec replicas:i:1:p minReadySeconds:i:4 selector:meta.LabelSelector:2:p:r template:core.PodTemplateSpec:3
apps.ReplicaSetStatus replicas:i:1:r fullyLabeledReplicas:i:2 readyReplicas:i:4 availableReplicas:i:5 terminatingReplicas:i:7:p observedGeneration:i:3 conditions:[]apps.ReplicaSetCondition:6:m=type:L=type
apps.ReplicaSetCondition type:s:1:r status:s:2:r lastTransitionTime:t:3 reason:s:4 message:s:5
apps.StatefulSet metadata:meta.ObjectMeta:1 spec:apps.StatefulSetSpec:2 status:apps.StatefulSetStatus:3
apps.StatefulSetSpec replicas:i:1:p selector:meta.LabelSelector:2:p:r template:core.PodTemplateSpec:3:r volumeClaimTemplates:[]core.PersistentVolumeClaim:4:A serviceName:s:5 podManagementPolicy:s:6 updateStrategy:apps.StatefulSetUpdateStrategy:7 revisionHistoryLimit:i:8:p minReadySeconds:i:9 persistentVolumeClaimRetentionPolicy:apps.StatefulSetPersistentVolumeClaimRetentionPolicy:10:p ordinals:apps.StatefulSetOrdinals:11:p
core.PersistentVolumeClaim metadata:meta.ObjectMeta:1 spec:core.PersistentVolumeClaimSpec:2 status:core.PersistentVolumeClaimStatus:3
core.PersistentVolumeClaimStatus phase:s:1 accessModes:[]s:2:A capacity:{}q:3 conditions:[]core.PersistentVolumeClaimCondition:4:m=type:L=type allocatedResources:{}q:5 allocatedResourceStatuses:{}s:7 currentVolumeAttributesClassName:s:8:p modifyVolumeStatus:core.ModifyVolumeStatus:9:p
core.PersistentVolumeClaimCondition type:s:1:r status:s:2:r lastProbeTime:t:3 lastTransitionTime:t:4 reason:s:5 message:s:6
core.ModifyVolumeStatus targetVolumeAttributesClassName:s:1 status:s:2:r
apps.StatefulSetUpdateStrategy type:s:1 rollingUpdate:apps.RollingUpdateStatefulSetStrategy:2:p
apps.RollingUpdateStatefulSetStrategy partition:i:1:p maxUnavailable:o:2:p
apps.StatefulSetPersistentVolumeClaimRetentionPolicy whenDeleted:s:1 whenScaled:s:2
apps.StatefulSetOrdinals start:i:1
apps.StatefulSetStatus observedGeneration:i:1 replicas:i:2:r readyReplicas:i:3 currentReplicas:i:4 updatedReplicas:i:5 currentRevision:s:6 updateRevision:s:7 collisionCount:i:9:p conditions:[]apps.StatefulSetCondition:10:m=type:L=type availableReplicas:i:11
apps.StatefulSetCondition type:s:1:r status:s:2:r lastTransitionTime:t:3 reason:s:4 message:s:5
batch.Job metadata:meta.ObjectMeta:1 spec:batch.JobSpec:2 status:batch.JobStatus:3
batch.JobSpec parallelism:i:1:p completions:i:2:p activeDeadlineSeconds:i:3:p podFailurePolicy:batch.PodFailurePolicy:11:p successPolicy:batch.SuccessPolicy:16:p backoffLimit:i:7:p backoffLimitPerIndex:i:12:p maxFailedIndexes:i:13:p selector:meta.LabelSelector:4:p manualSelector:b:5:p template:core.PodTemplateSpec:6:r ttlSecondsAfterFinished:i:8:p completionMode:s:9:p suspend:b:10:p podReplacementPolicy:s:14:p managedBy:s:15:p
batch.PodFailurePolicy rules:[]batch.PodFailurePolicyRule:1:r:A
batch.PodFailurePolicyRule action:s:1:r onExitCodes:batch.PodFailurePolicyOnExitCodesRequirement:2:p onPodConditions:[]batch.PodFailurePolicyOnPodConditionsPattern:3:A
batch.PodFailurePolicyOnExitCodesRequirement containerName:s:1:p operator:s:2:r values:[]i:3:r:S
batch.PodFailurePolicyOnPodConditionsPattern type:s:1:r status:s:2:r
batch.SuccessPolicy rules:[]batch.SuccessPolicyRule:1:r:A
batch.SuccessPolicyRule succeededIndexes:s:1:p succeededCount:i:2:p
batch.JobStatus conditions:[]batch.JobCondition:1:m=type:A startTime:t:2:p completionTime:t:3:p active:i:4 succeeded:i:5 failed:i:6 terminating:i:11:p completedIndexes:s:7 failedIndexes:s:10:p uncountedTerminatedPods:batch.UncountedTerminatedPods:8:p ready:i:9:p
batch.JobCondition type:s:1:r status:s:2:r lastProbeTime:t:3 lastTransitionTime:t:4 reason:s:5 message:s:6
batch.UncountedTerminatedPods succeeded:[]s:1:S failed:[]s:2:S
networking.NetworkPolicy metadata:meta.ObjectMeta:1 spec:networking.NetworkPolicySpec:2
networking.NetworkPolicySpec podSelector:meta.LabelSelector:1 ingress:[]networking.NetworkPolicyIngressRule:2:A egress:[]networking.NetworkPolicyEgressRule:3:A policyTypes:[]s:4:A
networking.NetworkPolicyIngressRule ports:[]networking.NetworkPolicyPort:1:A from:[]networking.NetworkPolicyPeer:2:A
networking.NetworkPolicyPort protocol:s:1:p port:o:2:p endPort:i:3:p
networking.NetworkPolicyPeer podSelector:meta.LabelSelector:1:p namespaceSelector:meta.LabelSelector:2:p ipBlock:networking.IPBlock:3:p
networking.IPBlock cidr:s:1:r except:[]s:2:A
networking.NetworkPolicyEgressRule ports:[]networking.NetworkPolicyPort:1:A to:[]networking.NetworkPolicyPeer:2:A
discovery.EndpointSlice metadata:meta.ObjectMeta:1 addressType:s:4:r endpoints:[]discovery.Endpoint:2:r:A ports:[]discovery.EndpointPort:3:A
discovery.Endpoint addresses:[]s:1:r:S conditions:discovery.EndpointConditions:2 hostname:s:3:p targetRef:core.ObjectReference:4:p deprecatedTopology:{}s:5 nodeName:s:6:p zone:s:7:p hints:discovery.EndpointHints:8:p
discovery.EndpointConditions ready:b:1:p serving:b:2:p terminating:b:3:p
discovery.EndpointHints forZones:[]discovery.ForZone:1:A forNodes:[]discovery.ForNode:2:A
discovery.ForZone name:s:1:r
discovery.ForNode name:s:1:r
discovery.EndpointPort name:s:1:p protocol:s:2:p port:i:3:p appProtocol:s:4:p
core.Binding metadata:meta.ObjectMeta:1 target:core.ObjectReference:2:r
core.LimitRange metadata:meta.ObjectMeta:1 spec:core.LimitRangeSpec:2
core.LimitRangeSpec limits:[]core.LimitRangeItem:1:r:A
core.LimitRangeItem type:s:1:r max:{}q:2 min:{}q:3 default:{}q:4 defaultRequest:{}q:5 maxLimitRequestRatio:{}q:6
core.PersistentVolume metadata:meta.ObjectMeta:1 spec:core.PersistentVolumeSpec:2 status:core.PersistentVolumeStatus:3
core.PersistentVolumeSpec capacity:{}q:1 :core.PersistentVolumeSource:2:l accessModes:[]s:3:A claimRef:core.ObjectReference:4:p persistentVolumeReclaimPolicy:s:5 storageClassName:s:6 mountOptions:[]s:7:A volumeMode:s:8:p nodeAffinity:core.VolumeNodeAffinity:9:p volumeAttributesClassName:s:10:p
core.PersistentVolumeSource gcePersistentDisk:core.GCEPersistentDiskVolumeSource:1:p awsElasticBlockStore:core.AWSElasticBlockStoreVolumeSource:2:p hostPath:core.HostPathVolumeSource:3:p glusterfs:core.GlusterfsPersistentVolumeSource:4:p nfs:core.NFSVolumeSource:5:p rbd:core.RBDPersistentVolumeSource:6:p iscsi:core.ISCSIPersistentVolumeSource:7:p cinder:core.CinderPersistentVolumeSource:8:p cephfs:core.CephFSPersistentVolumeSource:9:p fc:core.FCVolumeSource:10:p flocker:core.FlockerVolumeSource:11:p flexVolume:core.FlexPersistentVolumeSource:12:p azureFile:core.AzureFilePersistentVolumeSource:13:p vsphereVolume:core.VsphereVirtualDiskVolumeSource:14:p quobyte:core.QuobyteVolumeSource:15:p azureDisk:core.AzureDiskVolumeSource:16:p photonPersistentDisk:core.PhotonPersistentDiskVolumeSource:17:p portworxVolume:core.PortworxVolumeSource:18:p scaleIO:core.ScaleIOPersistentVolumeSource:19:p local:core.LocalVolumeSource:20:p storageos:core.StorageOSPersistentVolumeSource:21:p csi:core.CSIPersistentVolumeSource:22:p
core.GlusterfsPersistentVolumeSource endpoints:s:1:r path:s:2:r readOnly:b:3 endpointsNamespace:s:4:p
core.RBDPersistentVolumeSource monitors:[]s:1:r:A image:s:2:r fsType:s:3 pool:s:4:D="rbd" user:s:5:D="admin" keyring:s:6:D="/etc/ceph/keyring" secretRef:core.SecretReference:7:p readOnly:b:8
core.SecretReference name:s:1 namespace:s:2
core.ISCSIPersistentVolumeSource targetPortal:s:1:r iqn:s:2:r lun:i:3:r iscsiInterface:s:4:D="default" fsType:s:5 readOnly:b:6 portals:[]s:7:A chapAuthDiscovery:b:8 chapAuthSession:b:11 secretRef:core.SecretReference:10:p initiatorName:s:12:p
core.CinderPersistentVolumeSource volumeID:s:1:r fsType:s:2 readOnly:b:3 secretRef:core.SecretReference:4:p
core.CephFSPersistentVolumeSource monitors:[]s:1:r:A path:s:2 user:s:3 secretFile:s:4 secretRef:core.SecretReference:5:p readOnly:b:6
core.FlexPersistentVolumeSource driver:s:1:r fsType:s:2 secretRef:core.SecretReference:3:p readOnly:b:4 options:{}s:5
core.AzureFilePersistentVolumeSource secretName:s:1:r shareName:s:2:r readOnly:b:3 secretNamespace:s:4:p
core.ScaleIOPersistentVolumeSource gateway:s:1:r system:s:2:r secretRef:core.SecretReference:3:p:r sslEnabled:b:4 protectionDomain:s:5 storagePool:s:6 storageMode:s:7:D="ThinProvisioned" volumeName:s:8 fsType:s:9:D="xfs" readOnly:b:10
core.LocalVolumeSource path:s:1:r fsType:s:2:p
core.StorageOSPersistentVolumeSource volumeName:s:1 volumeNamespace:s:2 fsType:s:3 readOnly:b:4 secretRef:core.ObjectReference:5:p
core.CSIPersistentVolumeSource driver:s:1:r volumeHandle:s:2:r readOnly:b:3 fsType:s:4 volumeAttributes:{}s:5 controllerPublishSecretRef:core.SecretReference:6:p nodeStageSecretRef:core.SecretReference:7:p nodePublishSecretRef:core.SecretReference:8:p controllerExpandSecretRef:core.SecretReference:9:p nodeExpandSecretRef:core.SecretReference:10:p
core.VolumeNodeAffinity required:core.NodeSelector:1:p
core.PersistentVolumeStatus phase:s:1 message:s:2 reason:s:3 lastPhaseTransitionTime:t:4:p
core.PodTemplate metadata:meta.ObjectMeta:1 template:core.PodTemplateSpec:2
core.ReplicationController metadata:meta.ObjectMeta:1 spec:core.ReplicationControllerSpec:2 status:core.ReplicationControllerStatus:3
core.ReplicationControllerSpec replicas:i:1:p:D=1 minReadySeconds:i:4:D=0 selector:{}s:2:A template:core.PodTemplateSpec:3:p
core.ReplicationControllerStatus replicas:i:1:r fullyLabeledReplicas:i:2 readyReplicas:i:4 availableReplicas:i:5 observedGeneration:i:3 conditions:[]core.ReplicationControllerCondition:6:m=type:L=type
core.ReplicationControllerCondition type:s:1:r status:s:2:r lastTransitionTime:t:3 reason:s:4 message:s:5
core.ResourceQuota metadata:meta.ObjectMeta:1 spec:core.ResourceQuotaSpec:2 status:core.ResourceQuotaStatus:3
core.ResourceQuotaSpec hard:{}q:1 scopes:[]s:2:A scopeSelector:core.ScopeSelector:3:p
core.ScopeSelector matchExpressions:[]core.ScopedResourceSelectorRequirement:1:A
core.ScopedResourceSelectorRequirement scopeName:s:1:r operator:s:2:r values:[]s:3:A
core.ResourceQuotaStatus hard:{}q:1 used:{}q:2
apps.ControllerRevision metadata:meta.ObjectMeta:1 data:*:2 revision:i:3:r
batch.CronJob metadata:meta.ObjectMeta:1 spec:batch.CronJobSpec:2 status:batch.CronJobStatus:3
batch.CronJobSpec schedule:s:1:r timeZone:s:8:p startingDeadlineSeconds:i:2:p concurrencyPolicy:s:3 suspend:b:4:p jobTemplate:batch.JobTemplateSpec:5:r successfulJobsHistoryLimit:i:6:p failedJobsHistoryLimit:i:7:p
batch.JobTemplateSpec metadata:meta.ObjectMeta:1 spec:batch.JobSpec:2
batch.CronJobStatus active:[]core.ObjectReference:1:A lastScheduleTime:t:4:p lastSuccessfulTime:t:5:p
networking.Ingress metadata:meta.ObjectMeta:1 spec:networking.IngressSpec:2 status:networking.IngressStatus:3
networking.IngressSpec ingressClassName:s:4:p defaultBackend:networking.IngressBackend:1:p tls:[]networking.IngressTLS:2:A rules:[]networking.IngressRule:3:A
networking.IngressBackend service:networking.IngressServiceBackend:4:p resource:core.TypedLocalObjectReference:3:p
networking.IngressServiceBackend name:s:1:r port:networking.ServiceBackendPort:2
networking.ServiceBackendPort name:s:1 number:i:2
networking.IngressTLS hosts:[]s:1:A secretName:s:2
networking.IngressRule host:s:1 :networking.IngressRuleValue:2:l
networking.IngressRuleValue http:networking.HTTPIngressRuleValue:1:p
networking.HTTPIngressRuleValue paths:[]networking.HTTPIngressPath:1:r:A
networking.HTTPIngressPath path:s:1 pathType:s:3:p:r backend:networking.IngressBackend:2:r
networking.IngressStatus loadBalancer:networking.IngressLoadBalancerStatus:1
networking.IngressLoadBalancerStatus ingress:[]networking.IngressLoadBalancerIngress:1:A
networking.IngressLoadBalancerIngress ip:s:1 hostname:s:2 ports:[]networking.IngressPortStatus:4:A
networking.IngressPortStatus port:i:1:r protocol:s:2:r error:s:3:p
networking.IngressClass metadata:meta.ObjectMeta:1 spec:networking.IngressClassSpec:2
networking.IngressClassSpec controller:s:1 parameters:networking.IngressClassParametersReference:2:p
networking.IngressClassParametersReference apiGroup:s:1:p kind:s:2:r name:s:3:r scope:s:4:p namespace:s:5:p
rbac.Role metadata:meta.ObjectMeta:1 rules:[]rbac.PolicyRule:2:A
rbac.PolicyRule verbs:[]s:1:r:A apiGroups:[]s:2:A resources:[]s:3:A resourceNames:[]s:4:A nonResourceURLs:[]s:5:A
rbac.ClusterRole metadata:meta.ObjectMeta:1 rules:[]rbac.PolicyRule:2:A aggregationRule:rbac.AggregationRule:3:p
rbac.AggregationRule clusterRoleSelectors:[]meta.LabelSelector:1:A
rbac.RoleBinding metadata:meta.ObjectMeta:1 subjects:[]rbac.Subject:2:A roleRef:rbac.RoleRef:3:r
rbac.Subject kind:s:1:r apiGroup:s:2 name:s:3:r namespace:s:4
rbac.RoleRef apiGroup:s:1:r kind:s:2:r name:s:3:r
rbac.ClusterRoleBinding metadata:meta.ObjectMeta:1 subjects:[]rbac.Subject:2:A roleRef:rbac.RoleRef:3:r
policy.PodDisruptionBudget metadata:meta.ObjectMeta:1 spec:policy.PodDisruptionBudgetSpec:2 status:policy.PodDisruptionBudgetStatus:3
policy.PodDisruptionBudgetSpec minAvailable:o:1:p selector:meta.LabelSelector:2:p maxUnavailable:o:3:p unhealthyPodEvictionPolicy:s:4:p
policy.PodDisruptionBudgetStatus observedGeneration:i:1 disruptedPods:{}t:2 disruptionsAllowed:i:3:r currentHealthy:i:4:r desiredHealthy:i:5:r expectedPods:i:6:r conditions:[]meta.Condition:7:m=type:L=type
policy.Eviction metadata:meta.ObjectMeta:1 deleteOptions:meta.DeleteOptions:2:p
meta.DeleteOptions gracePeriodSeconds:i:1:p preconditions:meta.Preconditions:2:p orphanDependents:b:3:p propagationPolicy:s:4:p dryRun:[]s:5:A ignoreStoreReadErrorWithClusterBreakingPotential:b:6:p
meta.Preconditions uid:s:1:p resourceVersion:s:2:p
authorization.SelfSubjectAccessReview metadata:meta.ObjectMeta:1 spec:authorization.SelfSubjectAccessReviewSpec:2:r status:authorization.SubjectAccessReviewStatus:3
authorization.SelfSubjectAccessReviewSpec resourceAttributes:authorization.ResourceAttributes:1:p nonResourceAttributes:authorization.NonResourceAttributes:2:p
authorization.ResourceAttributes namespace:s:1 verb:s:2 group:s:3 version:s:4 resource:s:5 subresource:s:6 name:s:7 fieldSelector:authorization.FieldSelectorAttributes:8:p labelSelector:authorization.LabelSelectorAttributes:9:p
authorization.FieldSelectorAttributes rawSelector:s:1 requirements:[]meta.FieldSelectorRequirement:2:A
meta.FieldSelectorRequirement key:s:1:r operator:s:2:r values:[]s:3:A
authorization.LabelSelectorAttributes rawSelector:s:1 requirements:[]meta.LabelSelectorRequirement:2:A
authorization.NonResourceAttributes path:s:1 verb:s:2
authorization.SubjectAccessReviewStatus allowed:b:1:r denied:b:4 reason:s:2 evaluationError:s:3
authorization.SelfSubjectRulesReview metadata:meta.ObjectMeta:1 spec:authorization.SelfSubjectRulesReviewSpec:2:r status:authorization.SubjectRulesReviewStatus:3
authorization.SelfSubjectRulesReviewSpec namespace:s:1
authorization.SubjectRulesReviewStatus resourceRules:[]authorization.ResourceRule:1:r:A nonResourceRules:[]authorization.NonResourceRule:2:r:A incomplete:b:3:r evaluationError:s:4
authorization.ResourceRule verbs:[]s:1:r:A apiGroups:[]s:2:A resources:[]s:3:A resourceNames:[]s:4:A
authorization.NonResourceRule verbs:[]s:1:r:A nonResourceURLs:[]s:2:A
authorization.SubjectAccessReview metadata:meta.ObjectMeta:1 spec:authorization.SubjectAccessReviewSpec:2:r status:authorization.SubjectAccessReviewStatus:3
authorization.SubjectAccessReviewSpec resourceAttributes:authorization.ResourceAttributes:1:p nonResourceAttributes:authorization.NonResourceAttributes:2:p user:s:3 groups:[]s:4:A extra:{}[]s:5 uid:s:6
authorization.LocalSubjectAccessReview metadata:meta.ObjectMeta:1 spec:authorization.SubjectAccessReviewSpec:2:r status:authorization.SubjectAccessReviewStatus:3
authentication.SelfSubjectReview metadata:meta.ObjectMeta:1 status:authentication.SelfSubjectReviewStatus:2
authentication.SelfSubjectReviewStatus userInfo:authentication.UserInfo:1
authentication.UserInfo username:s:1 uid:s:2 groups:[]s:3:A extra:{}[]s:4
authentication.TokenReview metadata:meta.ObjectMeta:1 spec:authentication.TokenReviewSpec:2:r status:authentication.TokenReviewStatus:3
authentication.TokenReviewSpec token:s:1 audiences:[]s:2:A
authentication.TokenReviewStatus authenticated:b:1 user:authentication.UserInfo:2 audiences:[]s:4:A error:s:3
authentication.TokenRequest metadata:meta.ObjectMeta:1 spec:authentication.TokenRequestSpec:2:r status:authentication.TokenRequestStatus:3
authentication.TokenRequestSpec audiences:[]s:1:r:A expirationSeconds:i:4:p boundObjectRef:authentication.BoundObjectReference:3:p
authentication.BoundObjectReference kind:s:1 apiVersion:s:2 name:s:3 uid:s:4
authentication.TokenRequestStatus token:s:1:r expirationTimestamp:t:2:r
autoscaling.Scale metadata:meta.ObjectMeta:1 spec:autoscaling.ScaleSpec:2 status:autoscaling.ScaleStatus:3
autoscaling.ScaleSpec replicas:i:1:D=0
autoscaling.ScaleStatus replicas:i:1:r selector:s:2
autoscaling.HorizontalPodAutoscaler metadata:meta.ObjectMeta:1 spec:autoscaling.HorizontalPodAutoscalerSpec:2 status:autoscaling.HorizontalPodAutoscalerStatus:3
autoscaling.HorizontalPodAutoscalerSpec scaleTargetRef:autoscaling.CrossVersionObjectReference:1:r minReplicas:i:2:p maxReplicas:i:3:r targetCPUUtilizationPercentage:i:4:p
autoscaling.CrossVersionObjectReference kind:s:1:r name:s:2:r apiVersion:s:3
autoscaling.HorizontalPodAutoscalerStatus observedGeneration:i:1:p lastScaleTime:t:2:p currentReplicas:i:3:r desiredReplicas:i:4:r currentCPUUtilizationPercentage:i:5:p
autoscaling2.HorizontalPodAutoscaler metadata:meta.ObjectMeta:1 spec:autoscaling2.HorizontalPodAutoscalerSpec:2 status:autoscaling2.HorizontalPodAutoscalerStatus:3
autoscaling2.HorizontalPodAutoscalerSpec scaleTargetRef:autoscaling2.CrossVersionObjectReference:1:r minReplicas:i:2:p maxReplicas:i:3:r metrics:[]autoscaling2.MetricSpec:4:A behavior:autoscaling2.HorizontalPodAutoscalerBehavior:5:p
autoscaling2.CrossVersionObjectReference kind:s:1:r name:s:2:r apiVersion:s:3
autoscaling2.MetricSpec type:s:1:r object:autoscaling2.ObjectMetricSource:2:p pods:autoscaling2.PodsMetricSource:3:p resource:autoscaling2.ResourceMetricSource:4:p containerResource:autoscaling2.ContainerResourceMetricSource:7:p external:autoscaling2.ExternalMetricSource:5:p
autoscaling2.ObjectMetricSource describedObject:autoscaling2.CrossVersionObjectReference:1:r target:autoscaling2.MetricTarget:2:r metric:autoscaling2.MetricIdentifier:3:r
autoscaling2.MetricTarget type:s:1:r value:q:2:p averageValue:q:3:p averageUtilization:i:4:p
autoscaling2.MetricIdentifier name:s:1:r selector:meta.LabelSelector:2:p
autoscaling2.PodsMetricSource metric:autoscaling2.MetricIdentifier:1:r target:autoscaling2.MetricTarget:2:r
autoscaling2.ResourceMetricSource name:s:1:r target:autoscaling2.MetricTarget:2:r
autoscaling2.ContainerResourceMetricSource name:s:1:r target:autoscaling2.MetricTarget:2:r container:s:3:r
autoscaling2.ExternalMetricSource metric:autoscaling2.MetricIdentifier:1:r target:autoscaling2.MetricTarget:2:r
autoscaling2.HorizontalPodAutoscalerBehavior scaleUp:autoscaling2.HPAScalingRules:1:p scaleDown:autoscaling2.HPAScalingRules:2:p
autoscaling2.HPAScalingRules stabilizationWindowSeconds:i:3:p selectPolicy:s:1:p policies:[]autoscaling2.HPAScalingPolicy:2:A tolerance:q:4:p
autoscaling2.HPAScalingPolicy type:s:1:r value:i:2:r periodSeconds:i:3:r
autoscaling2.HorizontalPodAutoscalerStatus observedGeneration:i:1:p lastScaleTime:t:2:p currentReplicas:i:3 desiredReplicas:i:4:r currentMetrics:[]autoscaling2.MetricStatus:5:A conditions:[]autoscaling2.HorizontalPodAutoscalerCondition:6:m=type:L=type
autoscaling2.MetricStatus type:s:1:r object:autoscaling2.ObjectMetricStatus:2:p pods:autoscaling2.PodsMetricStatus:3:p resource:autoscaling2.ResourceMetricStatus:4:p containerResource:autoscaling2.ContainerResourceMetricStatus:7:p external:autoscaling2.ExternalMetricStatus:5:p
autoscaling2.ObjectMetricStatus metric:autoscaling2.MetricIdentifier:1:r current:autoscaling2.MetricValueStatus:2:r describedObject:autoscaling2.CrossVersionObjectReference:3:r
autoscaling2.MetricValueStatus value:q:1:p averageValue:q:2:p averageUtilization:i:3:p
autoscaling2.PodsMetricStatus metric:autoscaling2.MetricIdentifier:1:r current:autoscaling2.MetricValueStatus:2:r
autoscaling2.ResourceMetricStatus name:s:1:r current:autoscaling2.MetricValueStatus:2:r
autoscaling2.ContainerResourceMetricStatus name:s:1:r current:autoscaling2.MetricValueStatus:2:r container:s:3:r
autoscaling2.ExternalMetricStatus metric:autoscaling2.MetricIdentifier:1:r current:autoscaling2.MetricValueStatus:2:r
autoscaling2.HorizontalPodAutoscalerCondition type:s:1:r status:s:2:r lastTransitionTime:t:3 reason:s:4 message:s:5
coordination.Lease metadata:meta.ObjectMeta:1 spec:coordination.LeaseSpec:2
coordination.LeaseSpec holderIdentity:s:1:p leaseDurationSeconds:i:2:p acquireTime:t:3:p renewTime:t:4:p leaseTransitions:i:5:p strategy:s:6:p preferredHolder:s:7:p
events.Event metadata:meta.ObjectMeta:1 eventTime:t:2:r series:events.EventSeries:3:p reportingController:s:4 reportingInstance:s:5 action:s:6 reason:s:7 regarding:core.ObjectReference:8 related:core.ObjectReference:9:p note:s:10 type:s:11 deprecatedSource:core.EventSource:12 deprecatedFirstTimestamp:t:13 deprecatedLastTimestamp:t:14 deprecatedCount:i:15
events.EventSeries count:i:1:r lastObservedTime:t:2:r
scheduling.PriorityClass metadata:meta.ObjectMeta:1 value:i:2:r globalDefault:b:3 description:s:4 preemptionPolicy:s:5:p
storage.StorageClass metadata:meta.ObjectMeta:1 provisioner:s:2:r parameters:{}s:3 reclaimPolicy:s:4:p mountOptions:[]s:5:A allowVolumeExpansion:b:6:p volumeBindingMode:s:7:p allowedTopologies:[]core.TopologySelectorTerm:8:A
core.TopologySelectorTerm matchLabelExpressions:[]core.TopologySelectorLabelRequirement:1:A
core.TopologySelectorLabelRequirement key:s:1:r values:[]s:2:r:A
calico.ClusterInformation metadata:meta.ObjectMeta:0 spec:calico.ClusterInformationSpec:0
calico.ClusterInformationSpec calicoVersion:s:0 clusterGUID:s:0 clusterType:s:0 datastoreReady:b:0 variant:s:0
calico.FelixConfiguration metadata:meta.ObjectMeta:0 spec:calico.FelixConfigurationSpec:0
calico.FelixConfigurationSpec allowIPIPPacketsFromWorkloads:b:0 allowVXLANPacketsFromWorkloads:b:0 awsSrcDstCheck:s:0 bpfAttachType:s:0 bpfCTLBLogFilter:s:0 bpfConnectTimeLoadBalancing:s:0 bpfConnectTimeLoadBalancingEnabled:b:0 bpfConntrackLogLevel:s:0 bpfConntrackMode:s:0 bpfConntrackTimeouts:calico.FelixConfigurationSpecBpfConntrackTimeouts:0 bpfDSROptoutCIDRs:[]s:0 bpfDataIfacePattern:s:0 bpfDisableGROForIfaces:s:0 bpfDisableUnprivileged:b:0 bpfEnabled:b:0 bpfEnforceRPF:s:0 bpfExcludeCIDRsFromNAT:[]s:0 bpfExportBufferSizeMB:i:0 bpfExtToServiceConnmark:i:0 bpfExternalServiceMode:s:0 bpfForceTrackPacketsFromIfaces:[]s:0 bpfHostConntrackBypass:b:0 bpfHostNetworkedNATWithoutCTLB:s:0 bpfIPFragTimeout:s:0 bpfIPFragmentReassemblyEnabled:b:0 bpfJITHardening:s:0 bpfKubeProxyHealthzPort:i:0 bpfKubeProxyIptablesCleanupEnabled:b:0 bpfKubeProxyMinSyncPeriod:s:0 bpfL3IfacePattern:s:0 bpfLogFilters:{}s:0 bpfLogLevel:s:0 bpfMaglevMaxEndpointsPerService:i:0 bpfMaglevMaxServices:i:0 bpfMapSizeConntrack:i:0 bpfMapSizeConntrackCleanupQueue:i:0 bpfMapSizeConntrackScaling:s:0 bpfMapSizeIPSets:i:0 bpfMapSizeIfState:i:0 bpfMapSizeNATAffinity:i:0 bpfMapSizeNATBackend:i:0 bpfMapSizeNATFrontend:i:0 bpfMapSizePerCpuConntrack:i:0 bpfMapSizeRoute:i:0 bpfOverlayHostSourceIP:s:0 bpfPSNATPorts:o:0 bpfPolicyDebugEnabled:b:0 bpfProfiling:s:0 bpfRedirectToPeer:s:0 cgroupV2Path:s:0 chainInsertMode:s:0 dataplaneDriver:s:0 dataplaneWatchdogTimeout:s:0 debugDisableLogDropping:b:0 debugHost:s:0 debugMemoryProfilePath:s:0 debugPort:i:0 debugSimulateCalcGraphHangAfter:s:0 debugSimulateDataplaneApplyDelay:s:0 debugSimulateDataplaneHangAfter:s:0 defaultEndpointToHostAction:s:0 deviceRouteProtocol:i:0 deviceRouteSourceAddress:s:0 deviceRouteSourceAddressIPv6:s:0 disableConntrackInvalidCheck:b:0 endpointReportingDelay:s:0 endpointReportingEnabled:b:0 endpointStatusPathPrefix:s:0 externalNodesList:[]s:0 failsafeInboundHostPorts:[]calico.FelixConfigurationSpecFailsafeInboundHostPort:0 failsafeOutboundHostPorts:[]calico.FelixConfigurationSpecFailsafeInboundHostPort:0 featureDetectOverride:s:0 featureGates:s:0 floatingIPs:s:0 flowLogsCollectorDebugTrace:b:0 flowLogsFlushInterval:s:0 flowLogsGoldmaneServer:s:0 flowLogsLocalReporter:s:0 flowLogsPolicyEvaluationMode:s:0 genericXDPEnabled:b:0 goGCThreshold:i:0 goMaxProcs:i:0 goMemoryLimitMB:i:0 healthEnabled:b:0 healthHost:s:0 healthPort:i:0 healthTimeoutOverrides:[]calico.FelixConfigurationSpecHealthTimeoutOverride:0 interfaceExclude:s:0 interfacePrefix:s:0 interfaceRefreshInterval:s:0 ipForwarding:s:0 ipipEnabled:b:0 ipipMTU:i:0 ipsetsRefreshInterval:s:0 iptablesBackend:s:0 iptablesFilterAllowAction:s:0 iptablesFilterDenyAction:s:0 iptablesLockProbeInterval:s:0 iptablesMangleAllowAction:s:0 iptablesMarkMask:i:0 iptablesNATOutgoingInterfaceFilter:s:0 iptablesPostWriteCheckInterval:s:0 iptablesRefreshInterval:s:0 ipv4ElevatedRoutePriority:i:0 ipv4NormalRoutePriority:i:0 ipv6ElevatedRoutePriority:i:0 ipv6NormalRoutePriority:i:0 ipv6Support:b:0 istioAmbientMode:s:0 istioDSCPMark:o:0 kubeNodePortRanges:[]o:0 liveMigrationRouteConvergenceTime:s:0 localSubnetL2Reachability:s:0 localSubnetL2ReachabilityRefreshInterval:s:0 logActionRateLimit:s:0 logActionRateLimitBurst:i:0 logDebugFilenameRegex:s:0 logFilePath:s:0 logPrefix:s:0 logSeverityFile:s:0 logSeverityScreen:s:0 logSeveritySys:s:0 maxIpsetSize:i:0 metadataAddr:s:0 metadataPort:i:0 mtuIfacePattern:s:0 natOutgoingAddress:s:0 natOutgoingExclusions:s:0 natPortRange:o:0 netlinkTimeout:s:0 nftablesFilterAllowAction:s:0 nftablesFilterDenyAction:s:0 nftablesFlowTableDataIfacePattern:s:0 nftablesFlowTableOffload:s:0 nftablesMangleAllowAction:s:0 nftablesMarkMask:i:0 nftablesMode:s:0 nftablesRefreshInterval:s:0 nodeSelector:s:0 openstackRegion:s:0 policySyncPathPrefix:s:0 programClusterRoutes:s:0 prometheusGoMetricsEnabled:b:0 prometheusMetricsCAFile:s:0 prometheusMetricsCertFile:s:0 prometheusMetricsClientAuth:s:0 prometheusMetricsEnabled:b:0 prometheusMetricsHost:s:0 prometheusMetricsKeyFile:s:0 prometheusMetricsPort:i:0 prometheusProcessMetricsEnabled:b:0 prometheusWireGuardMetricsEnabled:b:0 removeExternalRoutes:b:0 reportingInterval:s:0 reportingTTL:s:0 requireMTUFile:b:0 routeRefreshInterval:s:0 routeSource:s:0 routeSyncDisabled:b:0 routeTableRange:calico.FelixConfigurationSpecRouteTableRange:0 routeTableRanges:[]calico.FelixConfigurationSpecRouteTableRange:0 serviceLoopPrevention:s:0 sidecarAccelerationEnabled:b:0 usageReportingEnabled:b:0 usageReportingInitialDelay:s:0 usageReportingInterval:s:0 useInternalDataplaneDriver:b:0 vxlanEnabled:b:0 vxlanMTU:i:0 vxlanMTUV6:i:0 vxlanPort:i:0 vxlanVNI:i:0 windowsManageFirewallRules:s:0 wireguardEnabled:b:0 wireguardEnabledV6:b:0 wireguardHostEncryptionEnabled:b:0 wireguardInterfaceName:s:0 wireguardInterfaceNameV6:s:0 wireguardKeepAlive:s:0 wireguardListeningPort:i:0 wireguardListeningPortV6:i:0 wireguardMTU:i:0 wireguardMTUV6:i:0 wireguardRoutingRulePriority:i:0 wireguardThreadingEnabled:b:0 workloadSourceSpoofing:s:0 xdpEnabled:b:0 xdpRefreshInterval:s:0
calico.FelixConfigurationSpecBpfConntrackTimeouts creationGracePeriod:s:0 genericTimeout:s:0 icmpTimeout:s:0 tcpEstablished:s:0 tcpFinsSeen:s:0 tcpResetSeen:s:0 tcpSynSent:s:0 udpTimeout:s:0
calico.FelixConfigurationSpecFailsafeInboundHostPort net:s:0 port:i:0:r protocol:s:0
calico.FelixConfigurationSpecHealthTimeoutOverride name:s:0:r timeout:s:0:r
calico.FelixConfigurationSpecRouteTableRange max:i:0:r min:i:0:r
calico.GlobalNetworkPolicy metadata:meta.ObjectMeta:0 spec:calico.GlobalNetworkPolicySpec:0
calico.GlobalNetworkPolicySpec applyOnForward:b:0 doNotTrack:b:0 egress:[]calico.GlobalNetworkPolicySpecRule:0 ingress:[]calico.GlobalNetworkPolicySpecRule:0 namespaceSelector:s:0 order:d:0 performanceHints:[]s:0:S preDNAT:b:0 selector:s:0 serviceAccountSelector:s:0 tier:s:0 types:[]s:0:S
calico.GlobalNetworkPolicySpecRule action:s:0:r destination:calico.GlobalNetworkPolicySpecRuleDestination:0 http:calico.GlobalNetworkPolicySpecRuleHttp:0 icmp:calico.GlobalNetworkPolicySpecRuleIcmp:0 ipVersion:i:0 metadata:calico.GlobalNetworkPolicySpecRuleMetadata:0 notICMP:calico.GlobalNetworkPolicySpecRuleIcmp:0 notProtocol:o:0 protocol:o:0 source:calico.GlobalNetworkPolicySpecRuleDestination:0
calico.GlobalNetworkPolicySpecRuleDestination namespaceSelector:s:0 nets:[]s:0:S notNets:[]s:0:S notPorts:[]o:0 notSelector:s:0 ports:[]o:0 selector:s:0 serviceAccounts:calico.GlobalNetworkPolicySpecRuleDestinationServiceAccounts:0 services:calico.GlobalNetworkPolicySpecRuleDestinationServices:0
calico.GlobalNetworkPolicySpecRuleDestinationServiceAccounts names:[]s:0:S selector:s:0
calico.GlobalNetworkPolicySpecRuleDestinationServices name:s:0 namespace:s:0
calico.GlobalNetworkPolicySpecRuleHttp methods:[]s:0 paths:[]calico.GlobalNetworkPolicySpecRuleHttpPath:0
calico.GlobalNetworkPolicySpecRuleHttpPath exact:s:0 prefix:s:0
calico.GlobalNetworkPolicySpecRuleIcmp code:i:0 type:i:0
calico.GlobalNetworkPolicySpecRuleMetadata annotations:{}s:0
calico.GlobalNetworkSet metadata:meta.ObjectMeta:0 spec:calico.GlobalNetworkSetSpec:0
calico.GlobalNetworkSetSpec nets:[]s:0:S
calico.HostEndpoint metadata:meta.ObjectMeta:0 spec:calico.HostEndpointSpec:0
calico.HostEndpointSpec expectedIPs:[]s:0:S interfaceName:s:0 node:s:0 ports:[]calico.HostEndpointSpecPort:0 profiles:[]s:0:S
calico.HostEndpointSpecPort name:s:0:r port:i:0:r protocol:o:0:r
calico.NetworkPolicy metadata:meta.ObjectMeta:0 spec:calico.NetworkPolicySpec:0
calico.NetworkPolicySpec egress:[]calico.GlobalNetworkPolicySpecRule:0 ingress:[]calico.GlobalNetworkPolicySpecRule:0 order:d:0 performanceHints:[]s:0:S selector:s:0 serviceAccountSelector:s:0 tier:s:0 types:[]s:0:S
calico.NetworkSet metadata:meta.ObjectMeta:0 spec:calico.GlobalNetworkSetSpec:0
calico.StagedGlobalNetworkPolicy metadata:meta.ObjectMeta:0 spec:calico.StagedGlobalNetworkPolicySpec:0
calico.StagedGlobalNetworkPolicySpec applyOnForward:b:0 doNotTrack:b:0 egress:[]calico.GlobalNetworkPolicySpecRule:0 ingress:[]calico.GlobalNetworkPolicySpecRule:0 namespaceSelector:s:0 order:d:0 performanceHints:[]s:0:S preDNAT:b:0 selector:s:0 serviceAccountSelector:s:0 stagedAction:s:0 tier:s:0 types:[]s:0:S
calico.StagedKubernetesNetworkPolicy metadata:meta.ObjectMeta:0 spec:calico.StagedKubernetesNetworkPolicySpec:0
calico.StagedKubernetesNetworkPolicySpec egress:[]calico.StagedKubernetesNetworkPolicySpecRule:0 ingress:[]calico.StagedKubernetesNetworkPolicySpecRule2:0 podSelector:calico.StagedKubernetesNetworkPolicySpecRuleToNamespaceSelector:0 policyTypes:[]s:0:S stagedAction:s:0
calico.StagedKubernetesNetworkPolicySpecRule ports:[]calico.StagedKubernetesNetworkPolicySpecRulePort:0 to:[]calico.StagedKubernetesNetworkPolicySpecRuleTo:0
calico.StagedKubernetesNetworkPolicySpecRulePort endPort:i:0 port:o:0 protocol:s:0
calico.StagedKubernetesNetworkPolicySpecRuleTo ipBlock:calico.StagedKubernetesNetworkPolicySpecRuleToIpBlock:0 namespaceSelector:calico.StagedKubernetesNetworkPolicySpecRuleToNamespaceSelector:0 podSelector:calico.StagedKubernetesNetworkPolicySpecRuleToNamespaceSelector:0
calico.StagedKubernetesNetworkPolicySpecRuleToIpBlock cidr:s:0:r except:[]s:0
calico.StagedKubernetesNetworkPolicySpecRuleToNamespaceSelector matchExpressions:[]calico.StagedKubernetesNetworkPolicySpecRuleToNamespaceSelectorMatchExpression:0 matchLabels:{}s:0
calico.StagedKubernetesNetworkPolicySpecRuleToNamespaceSelectorMatchExpression key:s:0:r operator:s:0:r values:[]s:0
calico.StagedKubernetesNetworkPolicySpecRule2 from:[]calico.StagedKubernetesNetworkPolicySpecRuleTo:0 ports:[]calico.StagedKubernetesNetworkPolicySpecRulePort:0
calico.StagedNetworkPolicy metadata:meta.ObjectMeta:0 spec:calico.StagedNetworkPolicySpec:0
calico.StagedNetworkPolicySpec egress:[]calico.GlobalNetworkPolicySpecRule:0 ingress:[]calico.GlobalNetworkPolicySpecRule:0 order:d:0 performanceHints:[]s:0:S selector:s:0 serviceAccountSelector:s:0 stagedAction:s:0 tier:s:0 types:[]s:0:S
calico.Tier metadata:meta.ObjectMeta:0 spec:calico.TierSpec:0 status:calico.TierStatus:0
calico.TierSpec defaultAction:s:0 order:d:0
calico.TierStatus conditions:[]calico.TierStatusCondition:0:L=type
calico.TierStatusCondition lastTransitionTime:s:0:r message:s:0:r observedGeneration:i:0 reason:s:0:r status:s:0:r type:s:0:r`
