import { fieldPlans } from '../canonical/field-plan.ts';
import type { FieldPlan } from '../canonical/field-plan.ts';
import { ENUMS, LIST_KEYS, OPTIONAL_THOUGH_WRITTEN, REQUIRED_THOUGH_OMITTED } from './schema-facts.ts';

type TypedField = Pick<FieldPlan, 'name' | 'kind' | 'of'>;

/** One field as the CRD's schema sees it. */
export type SchemaField = TypedField & {
  readonly isRequired: boolean;
  /** What the field is limited to. */
  readonly values: readonly string[] | undefined;
  /** What tells the items of a list apart. */
  readonly listKeys: readonly string[] | undefined;
};

type OwnField = TypedField & { readonly isRequired?: true };

const value = (name: string, of: string): OwnField => ({ name, of, kind: 'value' });
const requiredValue = (name: string, of: string): OwnField => ({ ...value(name, of), isRequired: true });

/** Types that no revision contains, and the metadata of templates, of which a CRD keeps these fields only. */
const OWN_TYPES: Readonly<Record<string, readonly OwnField[]>> = {
  LeaderWorkerSetSpec: [
    value('replicas', 'int32'),
    requiredValue('leaderWorkerTemplate', 'LeaderWorkerTemplate'),
    value('rolloutStrategy', 'RolloutStrategy'),
    value('startupPolicy', 'string'),
    value('networkConfig', 'NetworkConfig'),
  ],
  RolloutStrategy: [requiredValue('type', 'string'), value('rollingUpdateConfiguration', 'RollingUpdateConfiguration')],
  RollingUpdateConfiguration: [
    value('partition', 'int32'),
    value('maxUnavailable', 'intOrString'),
    value('maxSurge', 'intOrString'),
  ],
  ObjectMeta: [
    { name: 'annotations', of: 'string', kind: 'map' },
    { name: 'finalizers', of: 'string', kind: 'list' },
    { name: 'labels', of: 'string', kind: 'map' },
    value('name', 'string'),
    value('namespace', 'string'),
  ],
};

const isRequired = (path: string, omitsEmpty: boolean): boolean =>
  omitsEmpty ? REQUIRED_THOUGH_OMITTED.includes(path) : !OPTIONAL_THOUGH_WRITTEN.includes(path);

const fromPlan = (type: string, { name, kind, of, omitsEmpty }: FieldPlan) => ({
  name,
  kind,
  of,
  isRequired: isRequired(`${type}.${name}`, omitsEmpty),
});

/** The fields that the CRD's schema gives a type, `LeaderWorkerSetSpec` or one inside it; undefined for a scalar. */
export const schemaFields = (type: string): readonly SchemaField[] | undefined =>
  (OWN_TYPES[type] ?? fieldPlans(type)?.map((plan) => fromPlan(type, plan)))?.map((field) => ({
    isRequired: false,
    values: ENUMS[`${type}.${field.name}`],
    listKeys: LIST_KEYS[`${type}.${field.name}`],
    ...field,
  }));
