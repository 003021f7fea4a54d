interface WithConditions {
  status?: { conditions?: { type: string; status: string }[] };
}

/** Tells whether an object's condition of the given type is True. */
export function hasCondition(object: object | undefined, type: string): boolean {
  const { status }: WithConditions = object ?? {};
  return status?.conditions?.some((one) => one.type === type && one.status === 'True') ?? false;
}
