;; What a user of Emacs does: opens a copy that has drifted, starts Eglot, looks at the diagnostics, and has the copy fixed.
;; What is seen goes to standard output. COPYCHECK_SNIPPET is a file with the lines that the documentation shows.

(require 'package)
(add-to-list 'package-directory-list "/usr/share/emacs/site-lisp/elpa") ; where Debian has it
(package-initialize)
(load-file (getenv "COPYCHECK_SNIPPET"))
(require 'eglot)
(setq eglot-sync-connect 60 eglot-connect-timeout 60 flymake-no-changes-timeout 0.1)

(defun wait-until (happened)
  (let ((end (+ (float-time) 60)))
    (while (not (funcall happened))
      (when (> (float-time) end) (princ "nothing happened\n") (kill-emacs 1))
      (accept-process-output nil 0.05))))

(defun seen ()
  (sort (mapcar (lambda (found) (cons (line-number-at-pos (flymake-diagnostic-beg found)) (flymake-diagnostic-text found)))
                (flymake-diagnostics))
        (lambda (one other) (< (car one) (car other)))))

(find-file "zoo/hawk.py")
(call-interactively #'eglot)
(flymake-start)
(wait-until #'seen)
(dolist (found (seen)) (princ (format "line %d: %s\n" (car found) (cdr found))))
(goto-char (point-min))
(setq last-nonmenu-event ?x) ; as if a key had been pressed: Eglot asks in the minibuffer then
(cl-letf (((symbol-function 'completing-read)
           (lambda (_prompt _actions _predicate _must _initial _history preferred)
             (princ (format "action: %s\n" preferred))
             preferred)))
  (eglot-code-actions (point-min) (point-min) nil t))
(eglot--signal-textDocument/didChange) ; what an idle timer does, and no batch job has one
(wait-until (lambda () (not (seen))))
(princ (buffer-string))
(princ (format "modified: %s\n" (buffer-modified-p)))
(set-buffer-modified-p nil)
(eglot-shutdown (eglot-current-server))
