import { plural } from '../../../lib/format';

interface Props {
  count: number;
  onShow: () => void;
}

/** Offers the incidents that have come since the list was read. */
export function NewRows({ count, onShow }: Props) {
  if (count === 0) return null;
  return (
    <button
      type="button"
      onClick={onShow}
      className="min-h-8 rounded-sm bg-running-bg px-3 text-sm font-medium text-running hover:underline pointer-coarse:min-h-11"
    >
      Show {plural(count, 'new incident')}
    </button>
  );
}
