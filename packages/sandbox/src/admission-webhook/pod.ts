/** The part of a pod that the webhook reads and writes; what else is in it passes through untouched. */
export interface Pod {
  readonly metadata?: {
    readonly labels?: StringMap;
    readonly annotations?: StringMap;
  };
  readonly spec: {
    readonly serviceAccountName?: string;
    readonly nodeSelector?: StringMap;
    readonly containers: readonly Container[];
    readonly initContainers?: readonly Container[];
    readonly volumes?: readonly { readonly name: string }[];
  };
}

/** A container, or an init container. */
export interface Container {
  readonly name: string;
  readonly env?: readonly EnvironmentVariable[];
  readonly volumeMounts?: readonly VolumeMount[];
}

/** A variable of a container; `value` is absent where it has a `valueFrom`. */
export interface EnvironmentVariable {
  readonly name: string;
  readonly value?: string;
}

/** Where a container sees a volume of its pod. */
export interface VolumeMount {
  readonly name: string;
  readonly mountPath: string;
  readonly readOnly?: boolean;
}

/** Labels, annotations, selectors. */
export type StringMap = Readonly<Record<string, string>>;
