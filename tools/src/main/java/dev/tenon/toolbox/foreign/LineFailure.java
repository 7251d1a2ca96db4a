package dev.tenon.toolbox.foreign;

/** Why a process cannot take a call, in words for the model. */
final class LineFailure extends RuntimeException {
    private static final long serialVersionUID = 1L;

    LineFailure(String message) {
        super(message, null, false, false);
    }
}
