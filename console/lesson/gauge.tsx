interface Props {
  readonly label: string;
  /** In words, beside the drawing. */
  readonly value: string;
  /** 0 to 1; more is drawn as full. */
  readonly share: number;
  readonly limits: readonly { readonly share: number; readonly text: string }[];
}

const percent = (share: number) => `${Math.min(100, Math.max(0, share * 100))}%`;

/** A number and the thresholds that it is measured by. */
export function Gauge({ label, value, share, limits }: Props) {
  return (
    <div className="gauge">
      <p>
        <span>{label}</span> <strong>{value}</strong>
      </p>
      <svg width="100%" height="24" aria-hidden="true" focusable="false">
        <rect className="gauge-ground" y="2" width="100%" height="6" rx="3" />
        <rect className="gauge-value" y="2" width={percent(share)} height="6" rx="3" />
        {limits.map((limit) => (
          <svg key={limit.text} x={percent(limit.share)} overflow="visible">
            <path className="gauge-limit" d="M0 0v11" />
            <text className="gauge-text" y="22" textAnchor="middle">
              {limit.text}
            </text>
          </svg>
        ))}
      </svg>
    </div>
  );
}
