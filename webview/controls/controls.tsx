/**
 * Every form control of the views, and the only file that knows the toolkit: its upkeep has ended, and
 * another set of web components must be able to take its place here.
 */
import { endProbe } from './quietProbe.js';
import {
  provideVSCodeDesignSystem,
  vsCodeButton,
  vsCodeCheckbox,
  vsCodeDropdown,
  vsCodeOption,
} from '@vscode/webview-ui-toolkit';
import { h, type ComponentChildren, type VNode } from 'preact';
import { useEffect, useRef } from 'preact/hooks';

export { ProgressRing } from './ProgressRing.js';

endProbe();
provideVSCodeDesignSystem().register(vsCodeButton(), vsCodeCheckbox(), vsCodeDropdown(), vsCodeOption());

/** A custom element, whose properties Preact's types do not know. */
function element(name: string, props: Record<string, unknown>, children?: ComponentChildren): VNode {
  return h(name, props, children) as VNode;
}

export interface ButtonProps {
  readonly onClick: () => void;
  readonly children: ComponentChildren;
  readonly secondary?: boolean;
  readonly disabled?: boolean;
  readonly label?: string;
}

export function Button({ onClick, children, secondary, disabled, label }: ButtonProps): VNode {
  const props = {
    appearance: secondary ? 'secondary' : 'primary',
    disabled: disabled ?? false,
    'aria-label': label,
    onClick,
  };
  return element('vscode-button', props, children);
}

export interface DropdownProps<T extends string> {
  readonly label: string;
  readonly value: T;
  readonly options: readonly { readonly value: T; readonly text: string; readonly disabled?: boolean }[];
  readonly onChange: (value: T) => void;
}

export function Dropdown<T extends string>({ label, value, options, onChange }: DropdownProps<T>): VNode {
  const dropdown = useRef<(HTMLElement & { value: string }) | null>(null);
  // The element takes its value from its options, which exist only after it has been drawn.
  useEffect(() => {
    if (dropdown.current && dropdown.current.value !== value) dropdown.current.value = value;
  });
  const change = (event: Event): void => {
    const chosen = options.find((option) => option.value === (event.target as HTMLElement & { value: string }).value);
    if (chosen && chosen.value !== value) onChange(chosen.value);
  };
  return element(
    'vscode-dropdown',
    { ref: dropdown, 'aria-label': label, onchange: change },
    options.map((option) =>
      element(
        'vscode-option',
        {
          key: option.value,
          value: option.value,
          selected: option.value === value,
          disabled: option.disabled ?? false,
        },
        option.text,
      ),
    ),
  );
}

export interface CheckboxProps {
  readonly checked: boolean;
  readonly onChange: (checked: boolean) => void;
  readonly children: ComponentChildren;
}

export function Checkbox({ checked, onChange, children }: CheckboxProps): VNode {
  const change = (event: Event): void => onChange((event.target as HTMLElement & { checked: boolean }).checked);
  return element('vscode-checkbox', { checked, onchange: change }, children);
}
