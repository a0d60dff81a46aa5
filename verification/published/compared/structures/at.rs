/// What a pointer points to.
///
/// # Safety
/// As for a reference to it.
unsafe fn at<'a, T>(raw: *mut T) -> &'a T {
    // SAFETY: the caller's.
    unsafe { &*raw }
}
