import type { ButtonHTMLAttributes } from "react";

interface Props extends Omit<ButtonHTMLAttributes<HTMLButtonElement>, "disabled"> {
  /** It does nothing now. It keeps the focus, which a disabled button loses. */
  readonly idle: boolean;
}

/** A button that may have nothing to do for a while. */
export const Action = ({ idle, onClick, type = "button", ...rest }: Props) => (
  <button
    type={type}
    aria-disabled={idle}
    onClick={(event) => {
      if (idle) event.preventDefault();
      else onClick?.(event);
    }}
    {...rest}
  />
);
