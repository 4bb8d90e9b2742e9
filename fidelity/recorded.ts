/** The Xen of Debian 12 that was booted and recorded. */
export const RECORDED = {
  version: '4.17.7+13-g2445b30a44-0+deb12u1',
  buildId: '151b373fd64b321593bf987fd923cd10dabadac4',
} as const;
