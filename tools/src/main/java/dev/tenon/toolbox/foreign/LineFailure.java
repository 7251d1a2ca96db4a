package dev.tenon.toolbox.foreign;

/** Why a process cannot take a call, in words for the model. */
final class LineFailure extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final String said;

    LineFailure(String message) {
        super(message, null, false, false);
        this.said = message;
    }

    String said() {
        return said;
    }
}
