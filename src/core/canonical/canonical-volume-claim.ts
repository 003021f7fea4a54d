import type { PersistentVolumeClaim } from '../../api/kubernetes.ts';
import { canonicalValue } from './canonical-value.ts';

/** The volume claim as Go would send it; metadata, spec and status are always there. */
export const canonicalVolumeClaim = (claim: PersistentVolumeClaim): PersistentVolumeClaim =>
  canonicalValue(claim, 'PersistentVolumeClaim') as PersistentVolumeClaim;
