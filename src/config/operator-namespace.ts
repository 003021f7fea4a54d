/** The namespace the manager runs in: that of its mounted service account, whose file the caller reads, else `lws-system`. */
export const operatorNamespace = (mounted?: string): string => mounted?.trim() || 'lws-system';
