// A dialog: the library's, with our sizes; it holds the focus and gives it back.
import { Modal } from "@mantine/core";
import type { ReactNode } from "react";
import { useWords } from "../i18n/index.ts";

interface DialogProps {
  opened: boolean;
  onClose: () => void;
  title: string;
  size?: number;
  children: ReactNode;
}

export function Dialog({ opened, onClose, title, size = 560, children }: DialogProps) {
  const { t } = useWords();
  return (
    <Modal
      opened={opened}
      onClose={onClose}
      title={title}
      size={size}
      centered
      radius="lg"
      padding="lg"
      lockScroll={false}
      transitionProps={{ duration: 0 }}
      overlayProps={{ color: "#0a3e34", backgroundOpacity: 0.45 }}
      closeButtonProps={{ "aria-label": t("common.close") }}
    >
      {children}
    </Modal>
  );
}
