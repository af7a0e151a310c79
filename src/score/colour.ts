// Colours as eyes take them (WCAG 2.2).

/** Relative luminance of 0xrrggbb, 0 to 1. */
export function luminance(colour: number): number {
  const channel = (shift: number): number => {
    const value = ((colour >> shift) & 255) / 255;
    return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
  };
  return 0.2126 * channel(16) + 0.7152 * channel(8) + 0.0722 * channel(0);
}
