interface Props {
  label: string;
  about?: string;
  isOn: boolean;
  onChange: (isOn: boolean) => void;
}

/** Something that is so or not. */
export function Check({ label, about, isOn, onChange }: Props) {
  return (
    <label className="flex items-start gap-2.5 text-sm">
      <input
        type="checkbox"
        checked={isOn}
        onChange={({ target }) => onChange(target.checked)}
        className="mt-0.5 size-4 accent-accent"
      />
      <span>
        <span className="font-medium">{label}</span>
        {about && <span className="block text-muted">{about}</span>}
      </span>
    </label>
  );
}
