/** Name of an image: registry with a port, path, tag, digest; all but the path may be missing, but not be empty. */
export const DOCKER_IMAGE =
  /^[a-zA-Z0-9][\w.-]*(?::\d+(?=\/))?(?:\/[\w.-]+)*(?::\w[\w.-]*)?(?:@[a-zA-Z0-9]+:[0-9a-fA-F]+)?$/;
