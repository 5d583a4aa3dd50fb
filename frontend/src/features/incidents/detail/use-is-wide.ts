import { useEffect, useState } from 'react';

/** The breakpoint `xl` of tokens.css. */
const WIDE = '(min-width: 1200px)';

/** Whether the page has room for two columns. */
export function useIsWide(): boolean {
  const [isWide, setWide] = useState(() => matchMedia(WIDE).matches);
  useEffect(() => {
    const media = matchMedia(WIDE);
    const read = () => setWide(media.matches);
    media.addEventListener('change', read);
    return () => media.removeEventListener('change', read);
  }, []);
  return isWide;
}
