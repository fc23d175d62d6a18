int unet_vector_level(void);
