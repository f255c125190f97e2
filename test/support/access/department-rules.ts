import type { AccessRules } from '../../../src/api/access-rules.ts';

/**
 * Some names for all, most for whoever has logged in, and those of `hr` for `eve`, of which `ann` has one by her group.
 */
export const DEPARTMENT_RULES: AccessRules = {
  groups: { payments: ['ann'] },
  rules: [
    { names: ['library/**'], anonymous: true },
    { names: ['**'], except: ['hr/**'], authenticated: true },
    { names: ['hr/**'], users: ['eve'] },
    { names: ['hr/pay'], groups: ['payments'] },
  ],
};
